#include <vector>
#include <string>
#include <new>
#include <cstdlib>
#include <thread>
struct alignas(64) A { char b[128]; };
int main(int argc, char **argv) {
  auto *p = new int[25];            // 100
  auto *q = new char;               // 1
  auto *a = new A;                  // aligned
  auto *n = new (std::nothrow) char[33];
  void *m = malloc(77);
  void *c = calloc(3, 40);
  m = realloc(m, 200);
  std::thread t([&]{ auto *z = new char[500]; delete[] z; free(c); });
  t.join();
  delete[] p; delete q; delete a; delete[] n; free(m);
}
