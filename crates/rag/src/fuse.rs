//! Reciprocal rank fusion of two or more result lists.

/// Dampens the top ranks; 60 is the constant of Cormack, Clarke and Buettcher, "Reciprocal Rank Fusion outperforms Condorcet
/// and individual Rank Learning Methods" (SIGIR 2009).
pub const RRF_K: f32 = 60.0;

/// A result list, best first, and how much it counts.
#[derive(Clone, Copy, Debug)]
pub struct Ranking<'a> {
    /// Document numbers.
    pub docs: &'a [usize],
    /// 1 is neutral. A weak list may count less.
    pub weight: f32,
}

/// Fuses `rankings` into one list, best first, with its rank scores. These order the list and mean nothing else: the best
/// of a hopeless list scores as much as the best of a perfect one. Ties go to the lower document number.
#[must_use]
pub fn fuse(rankings: &[Ranking<'_>]) -> Vec<(usize, f32)> {
    let mut scores = std::collections::BTreeMap::<usize, f32>::new();
    for ranking in rankings {
        for (rank, &doc) in (1_u16..).zip(ranking.docs) {
            *scores.entry(doc).or_default() += ranking.weight / (RRF_K + f32::from(rank));
        }
    }
    let mut fused: Vec<_> = scores.into_iter().collect();
    fused.sort_by(|a, b| b.1.total_cmp(&a.1));
    fused
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agreement_wins() {
        let fused = fuse(&[Ranking { docs: &[7, 3, 5], weight: 1.0 }, Ranking { docs: &[3, 9], weight: 1.0 }]);
        let order: Vec<_> = fused.iter().map(|f| f.0).collect();
        assert_eq!(order, [3, 7, 9, 5]);
        assert!((fused[0].1 - (1.0 / 62.0 + 1.0 / 61.0)).abs() < 1e-6);
    }

    #[test]
    fn weight_breaks_a_tie() {
        let fused = fuse(&[Ranking { docs: &[1], weight: 1.0 }, Ranking { docs: &[2], weight: 2.0 }]);
        assert_eq!(fused[0].0, 2);
        assert!(fuse(&[]).is_empty());
    }
}
