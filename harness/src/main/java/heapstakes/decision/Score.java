package heapstakes.decision;

import java.util.List;

/**
 * What all programs say to one question. What has no value is not a number.
 *
 * @param question its title
 * @param programs how many
 * @param named how often who was foretold to have least is who has
 * @param namedOrLevel how often that has at most {@link Answer#LEVEL} more
 * @param open how often real figures do not tell either
 * @param tau mean of {@link Answer#tau}
 * @param medianError of all figures, absolute, as a share
 * @param worstError of all figures, absolute, as a share
 */
public record Score(
    String question,
    int programs,
    long named,
    long namedOrLevel,
    long open,
    double tau,
    double medianError,
    double worstError) {

  /** Of the answers to {@code question}. */
  static Score of(Question question, List<Answer> answers) {
    return new Score(
        question.title(),
        answers.size(),
        answers.stream().filter(Answer::isNamed).count(),
        answers.stream().filter(Answer::isNamedOrLevel).count(),
        answers.stream().filter(Answer::isOpen).count(),
        answers.stream()
            .mapToDouble(Answer::tau)
            .filter(Double::isFinite)
            .average()
            .orElse(Double.NaN),
        Answer.medianError(answers),
        Answer.worstError(answers));
  }
}
