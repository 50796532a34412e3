//! Figures over judged questions, with intervals by bootstrap.

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Resamples of a bootstrap.
const RESAMPLES: usize = 500;

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug)]
pub struct Figure {
    /// Over all cases.
    pub value: f64,
    /// 2.5 % of the resamples are below.
    pub low: f64,
    /// 2.5 % are above.
    pub high: f64,
    /// Cases.
    pub n: usize,
}

impl std::fmt::Display for Figure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.n == 0 {
            return f.write_str("-");
        }
        write!(f, "{:.3} [{:.2}, {:.2}] n={}", self.value, self.low, self.high, self.n)
    }
}

/// `figure` of the cases and of seeded resamples of them. NaN resamples (no positive drawn) are left out.
pub fn bootstrap<T: Copy>(cases: &[T], figure: impl Fn(&[T]) -> f64) -> Figure {
    let mut rng = StdRng::seed_from_u64(7);
    let mut values: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<T> =
                (0..cases.len()).filter_map(|_| cases.get(rng.random_range(0..cases.len())).copied()).collect();
            figure(&drawn)
        })
        .filter(|v| !v.is_nan())
        .collect();
    values.sort_by(f64::total_cmp);
    let at =
        |share: f64| values.get((share * (values.len() as f64 - 1.0)).round() as usize).copied().unwrap_or(f64::NAN);
    Figure { value: figure(cases), low: at(0.025), high: at(0.975), n: cases.len() }
}

/// Share of `true`; NaN of nothing.
#[must_use]
pub fn share(yes: &[bool]) -> f64 {
    yes.iter().filter(|y| **y).count() as f64 / yes.len() as f64
}

/// Probability that a random positive scores above a random negative.
#[must_use]
pub fn auroc(scored: &[(f32, bool)]) -> f64 {
    let (mut wins, mut pairs) = (0.0, 0.0);
    for (p, _) in scored.iter().filter(|s| s.1) {
        for (n, _) in scored.iter().filter(|s| !s.1) {
            pairs += 1.0;
            wins += match p.total_cmp(n) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            };
        }
    }
    wins / pairs
}

/// Expected calibration error in ten bins of equal width.
#[must_use]
pub fn ece(scored: &[(f32, bool)]) -> f64 {
    let mut bins = [(0.0, 0.0); 10];
    for &(p, label) in scored {
        if let Some(bin) = bins.get_mut(((p * 10.0) as usize).min(9)) {
            *bin = (bin.0 + f64::from(p), bin.1 + f64::from(u8::from(label)));
        }
    }
    bins.iter().map(|b| (b.0 - b.1).abs()).sum::<f64>() / scored.len() as f64
}

/// Risk (share wrong) of the surest `coverage` of the cases.
#[must_use]
pub fn risk(scored: &[(f32, bool)], coverage: f64) -> f64 {
    let mut by = scored.to_vec();
    by.sort_by(|a, b| b.0.total_cmp(&a.0));
    by.truncate((coverage * by.len() as f64).round() as usize);
    by.iter().filter(|s| !s.1).count() as f64 / by.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_of_known_cases() {
        let scored = [(0.9, true), (0.8, true), (0.3, false), (0.1, false)];
        assert!((auroc(&scored) - 1.0).abs() < 1e-9);
        assert!((auroc(&[(0.1, true), (0.9, false)])).abs() < 1e-9);
        assert!((ece(&scored) - (0.1 + 0.2 + 0.3 + 0.1) / 4.0).abs() < 1e-6);
        assert!((risk(&scored, 0.5)).abs() < 1e-9 && (risk(&scored, 1.0) - 0.5).abs() < 1e-9);
        let figure = bootstrap(&[true, true, false, false], share);
        assert!((figure.value - 0.5).abs() < 1e-9 && figure.low < 0.5 && figure.high > 0.5);
    }
}
