//! Least-recently-used map bounded by the weight of its values.

use std::collections::{BTreeMap, HashMap};

use uuid::Uuid;

#[derive(Debug)]
struct Entry<V> {
    value: V,
    weight: usize,
    used: u64,
}

/// Keys are tenants. A value heavier than the whole budget is kept alone, since it is needed anyway.
#[derive(Debug)]
pub(crate) struct LruCache<V> {
    budget: usize,
    weight: usize,
    clock: u64,
    entries: HashMap<Uuid, Entry<V>>,
    by_use: BTreeMap<u64, Uuid>,
}

impl<V: Clone> LruCache<V> {
    /// `budget` in bytes.
    pub(crate) fn new(budget: usize) -> Self {
        Self { budget, weight: 0, clock: 0, entries: HashMap::new(), by_use: BTreeMap::new() }
    }

    pub(crate) fn get(&mut self, key: Uuid) -> Option<V> {
        let entry = self.entries.get_mut(&key)?;
        self.clock += 1;
        self.by_use.remove(&entry.used);
        entry.used = self.clock;
        self.by_use.insert(self.clock, key);
        Some(entry.value.clone())
    }

    pub(crate) fn put(&mut self, key: Uuid, value: V, weight: usize) {
        self.remove(key);
        self.clock += 1;
        self.weight += weight;
        self.by_use.insert(self.clock, key);
        self.entries.insert(key, Entry { value, weight, used: self.clock });
        while self.weight > self.budget && self.entries.len() > 1 {
            let Some((_, oldest)) = self.by_use.first_key_value().map(|(u, k)| (*u, *k)) else { break };
            self.remove(oldest);
        }
    }

    pub(crate) fn remove(&mut self, key: Uuid) {
        if let Some(entry) = self.entries.remove(&key) {
            self.by_use.remove(&entry.used);
            self.weight -= entry.weight;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn throws_out_the_longest_unused() {
        let [a, b, c] = [1, 2, 3].map(Uuid::from_u128);
        let mut cache = LruCache::new(10);
        cache.put(a, "a", 4);
        cache.put(b, "b", 4);
        assert_eq!(cache.get(a), Some("a"));
        cache.put(c, "c", 4);
        assert_eq!((cache.get(a), cache.get(b), cache.get(c)), (Some("a"), None, Some("c")));
        cache.put(a, "A", 6);
        assert_eq!((cache.get(a), cache.get(c), cache.weight), (Some("A"), Some("c"), 10));
        cache.put(b, "big", 99);
        assert_eq!((cache.get(a), cache.get(b), cache.entries.len()), (None, Some("big"), 1));
        cache.remove(b);
        assert_eq!((cache.weight, cache.by_use.len()), (0, 0));
    }
}
