# Read by ./heapstakes and by the archive's bin/heapstakes: what the program needs around it, and its start.

DESCRIPTORS=128 # open files, of which the jars take half
option_file=

say() {
  printf 'heapstakes: %s\n' "$*" >&2
}

# A JVM opens each jar; it raises its own limit up to the hard one.
need_descriptors() {
  descriptors=$(ulimit -Hn 2>/dev/null || ulimit -n)
  case $descriptors in
    unlimited | *[!0-9]* | '') return 0 ;;
  esac
  [ "$descriptors" -lt "$DESCRIPTORS" ] || return 0
  say "may open $descriptors files here (ulimit -n), and needs $DESCRIPTORS to load its classes."
  say '  Allow more: ulimit -n 1024, or LimitNOFILE= of the service, --ulimit nofile= of the container.'
  exit 2
}

# Debian's libjemalloc needs room for its thread-local variables, reserved when a process starts.
reserve_static_tls() {
  case ${GLIBC_TUNABLES:-} in
    *glibc.rtld.optional_static_tls=*) return 0 ;;
  esac
  GLIBC_TUNABLES=${GLIBC_TUNABLES:+$GLIBC_TUNABLES:}glibc.rtld.optional_static_tls=16384
  export GLIBC_TUNABLES
}

# What the JVM and JMH make for a while lies where nobody else writes; the program removes it when it ends.
make_passing_folder() {
  for folder in "${TMPDIR:-/tmp}" "${XDG_RUNTIME_DIR:-/tmp}" /var/tmp "${HOME:-/var/tmp}"; do
    passing=$(mktemp -d "$folder/heapstakes-run-XXXXXXXXXX" 2>/dev/null) && return 0
  done
  say "no folder for temporary files can be written (${TMPDIR:-/tmp}, /var/tmp, ${HOME:-no home}),"
  say '  and timing needs one. Name one: TMPDIR=/path'
}

# start JAVA CLASS_PATH HOME ARGUMENT...: becomes the program. HOME is the checkout, where results are kept; empty: they
# are where one stands. option_file may name a file with more options of the JVM's; HEAPSTAKES_CLASS_PATH adds jars, of
# contestants that do not come along.
start() {
  java=$1 class_path=$2 checkout=$3
  shift 3
  need_descriptors
  reserve_static_tls
  make_passing_folder
  # No collector thread takes a core from what is being timed. A sweep times nothing, and a collection stops all its cores:
  # they had better help.
  case ${1:-} in
    sweep) collector=Parallel ;;
    *) collector=Serial ;;
  esac
  # shellcheck disable=SC2086 # HEAPSTAKES_JAVA_OPTS is a list of words
  exec "$java" \
    --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    "-XX:+Use${collector}GC" -XX:-UsePerfData -Xss2m \
    ${passing:+"-Djava.io.tmpdir=$passing" "-Dheapstakes.passing=$passing"} \
    ${option_file:+"@$option_file"} ${HEAPSTAKES_JAVA_OPTS:-} \
    ${checkout:+"-Dheapstakes.home=$checkout"} \
    -cp "$class_path${HEAPSTAKES_CLASS_PATH:+:$HEAPSTAKES_CLASS_PATH}" \
    heapstakes.cli.Heapstakes "$@"
}
