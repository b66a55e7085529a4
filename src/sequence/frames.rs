//! The prediction, checked: the probability of every symbol in every frame.

use ndarray::ArrayView2;

use super::extended_float::ExtendedFloat;
use crate::error::LossError;
use crate::numeric::{argmax, check, reserve};

/// Probabilities `[time, symbols]`, row after row.
pub(super) struct Frames {
    pub(super) count: usize,
    pub(super) symbols: usize,
    p: Vec<ExtendedFloat>,
    /// What each row lacks of 1: of given log-probabilities next to nothing, of a softmax nothing.
    lacking: Vec<f64>,
}

impl Frames {
    /// `exp(prediction)`, or its softmax; the blank is one of the symbols.
    pub(super) fn new(
        prediction: ArrayView2<f64>,
        are_logits: bool,
        blank: usize,
    ) -> Result<Self, LossError> {
        let name = if are_logits { "logits" } else { "log_probs" };
        check::not_empty(name, prediction.len())?;
        let (count, symbols) = prediction.dim();
        let (mut p, mut lacking) = (reserve(name, count, symbols)?, reserve(name, count, 1)?);
        for (frame, row) in prediction.rows().into_iter().enumerate() {
            for (symbol, &value) in row.iter().enumerate() {
                if value != f64::NEG_INFINITY {
                    check::finite(name, &[frame, symbol], value)?;
                }
                if value > 0.0 && !are_logits {
                    return Err(LossError::NotLogProbability {
                        name,
                        at: vec![frame, symbol],
                        value,
                    });
                }
            }
            let top = argmax(row).unwrap_or_default();
            if are_logits && row[top] == f64::NEG_INFINITY {
                return Err(LossError::AllMasked { name, row: frame });
            }
            let unit = if are_logits { row[top] } else { 0.0 };
            p.extend(row.iter().map(|&value| ExtendedFloat::exp(value - unit)));
            let p = &mut p[frame * symbols..];
            let others = p.iter().enumerate().filter(|&(symbol, _)| symbol != top);
            let others: f64 = others.map(|(_, p)| p.to_f64()).sum();
            if are_logits {
                p.iter_mut().for_each(|p| *p = p.over(1.0 + others));
                lacking.push(0.0);
            } else {
                // `1 - sum p`, with its digits where one symbol is next to certain.
                let lacks = -row[top].exp_m1() - others;
                check::sums_to_one("exp(log_probs)", &[frame], 1.0 - lacks)?;
                lacking.push(lacks);
            }
        }
        let allowed = "0 <= blank < number of symbols";
        check::in_range(blank < symbols, "blank", blank as f64, allowed)?;
        Ok(Self { count, symbols, p, lacking })
    }

    pub(super) fn row(&self, frame: usize) -> &[ExtendedFloat] {
        &self.p[frame * self.symbols..][..self.symbols]
    }

    /// The probability that a frame shows none of these symbols, with its digits where it is small.
    pub(super) fn outside(&self, frame: usize, symbols: &[usize]) -> f64 {
        let others = self.row(frame).iter().enumerate().filter(|(at, _)| !symbols.contains(at));
        self.lacking[frame] + others.map(|(_, p)| p.to_f64()).sum::<f64>()
    }
}
