/*
 * dlsym finds what RTLD_NEXT means by who calls it, so that nobody can ask it on behalf of another;
 * and whoever replaces dlvsym as well cannot ask for the real one. So the tables are read here, as
 * the linker reads them: an object's symbols by their GNU hash.
 */
#define _GNU_SOURCE
#include "lookup.h"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A table's address: the linker has made it one, or it is still an offset. */
static const void *table(const struct link_map *object, ElfW(Sxword) tag) {
  for (const ElfW(Dyn) *entry = object->l_ld; entry->d_tag != DT_NULL; entry++) {
    if (entry->d_tag == tag) {
      uintptr_t at = entry->d_un.d_ptr;
      return (const void *)(at < object->l_addr ? object->l_addr + at : at);
    }
  }
  return NULL;
}

static uint32_t hash_of(const char *name) {
  uint32_t hash = 5381;
  for (; *name; name++) hash = hash * 33 + (unsigned char)*name;
  return hash;
}

static int is_function(const ElfW(Sym) *symbol) {
  return symbol->st_shndx != SHN_UNDEF && ELF64_ST_TYPE(symbol->st_info) == STT_FUNC;
}

static void *symbol_in(const struct link_map *object, const char *name) {
  const ElfW(Sym) *symbols = table(object, DT_SYMTAB);
  const char *names = table(object, DT_STRTAB);
  const uint32_t *hashes = table(object, DT_GNU_HASH);
  if (!symbols || !names || !hashes) return NULL;
  uint32_t buckets = hashes[0], first = hashes[1], filter_words = hashes[2];
  const uint32_t *bucket = hashes + 4 + filter_words * (sizeof(ElfW(Addr)) / sizeof(uint32_t));
  const uint32_t *chain = bucket + buckets;
  uint32_t hash = hash_of(name);
  uint32_t i = buckets ? bucket[hash % buckets] : 0;
  if (i < first) return NULL;
  for (;; i++) {
    uint32_t other = chain[i - first];
    const ElfW(Sym) *symbol = &symbols[i];
    if ((other | 1) == (hash | 1) && is_function(symbol) && !strcmp(names + symbol->st_name, name)) {
      return (void *)(object->l_addr + symbol->st_value);
    }
    if (other & 1) return NULL;
  }
}

/* What an object finds that was loaded later: it looks through what it needs. */
static void *needed_symbol(const struct link_map *object, const char *name) {
  void *(*find)(void *, const char *) = next_symbol("dlsym");
  void *handle = symbol_in(object, name) ? NULL : dlopen(object->l_name, RTLD_LAZY | RTLD_NOLOAD);
  if (!handle) return NULL;
  void *found = find(handle, name);
  dlclose(handle);
  return found;
}

void *next_symbol_of(const void *caller, const char *name) {
  Dl_info unused;
  struct link_map *own = NULL;
  if (!dladdr1(caller, &unused, (void **)&own, RTLD_DL_LINKMAP) || !own) return NULL;
  for (const struct link_map *object = own->l_next; object; object = object->l_next) {
    void *found = symbol_in(object, name);
    if (found) return found;
  }
  return needed_symbol(own, name);
}

void *next_symbol(const char *name) { return next_symbol_of((const void *)(uintptr_t)next_symbol, name); }
