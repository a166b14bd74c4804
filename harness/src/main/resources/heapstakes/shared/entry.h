/* What the entry of a process calls; each program has its own. */
#ifndef HEAPSTAKES_ENTRY_H
#define HEAPSTAKES_ENTRY_H

/* Before the constructors of all libraries. */
void before_all(int argc, char **argv, char **envp);
int main(int argc, char **argv, char **envp);

#endif
