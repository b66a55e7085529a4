//! The prediction, checked: the probability of every symbol in every frame.

use ndarray::ArrayView2;

use super::wide::Wide;
use crate::error::{LossError, SUM_TOLERANCE, check};
use crate::rows::reserve;

/// What the numbers of a prediction are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Reads {
    LogProbs,
    Logits,
}

/// Probabilities `[time, symbols]`, row after row.
pub(super) struct Frames<'a> {
    pub(super) frames: usize,
    pub(super) symbols: usize,
    p: Vec<Wide>,
    reads: Reads,
    prediction: ArrayView2<'a, f64>,
}

impl<'a> Frames<'a> {
    pub(super) fn new(prediction: ArrayView2<'a, f64>, reads: Reads) -> Result<Self, LossError> {
        let name = match reads {
            Reads::LogProbs => "log_probs",
            Reads::Logits => "logits",
        };
        check::not_empty(name, prediction.len())?;
        let (frames, symbols) = prediction.dim();
        let mut p = reserve(name, frames, symbols)?;
        for (frame, row) in prediction.rows().into_iter().enumerate() {
            match reads {
                Reads::LogProbs => read_log_probs(frame, row.iter(), &mut p)?,
                Reads::Logits => read_logits(frame, row.iter(), &mut p)?,
            }
        }
        Ok(Self { frames, symbols, p, reads, prediction })
    }

    pub(super) fn row(&self, frame: usize) -> &[Wide] {
        &self.p[frame * self.symbols..][..self.symbols]
    }

    /// The probability that a frame shows none of these symbols, with its digits kept where it is
    /// small.
    pub(super) fn outside(&self, frame: usize, symbols: &[usize]) -> f64 {
        let row = self.row(frame);
        let p = |&symbol: &usize| row[symbol].to_f64();
        let likeliest = symbols.iter().max_by(|&a, &b| p(a).total_cmp(&p(b)));
        let Some(likeliest) = likeliest else { return 1.0 };
        let inside: f64 = symbols.iter().map(p).sum();
        match self.reads {
            // 1 minus the given ones and nothing else, as the formula has it: a row of given
            // numbers sums to 1 only nearly.
            Reads::LogProbs => {
                let others = symbols.iter().filter(|&symbol| symbol != likeliest);
                -self.prediction[[frame, *likeliest]].exp_m1() - others.map(p).sum::<f64>()
            }
            Reads::Logits if inside < 0.5 => 1.0 - inside,
            Reads::Logits => {
                let others = (0..self.symbols).filter(|symbol| !symbols.contains(symbol));
                others.map(|symbol| p(&symbol)).sum()
            }
        }
    }
}

fn read_log_probs<'r>(
    frame: usize,
    row: impl Iterator<Item = &'r f64>,
    p: &mut Vec<Wide>,
) -> Result<(), LossError> {
    let mut sum = 0.0;
    for (symbol, &value) in row.enumerate() {
        if value.is_nan() || value > 0.0 {
            let (name, at) = ("log_probs", vec![frame, symbol]);
            check::finite(name, &at, value)?;
            return Err(LossError::NotLogProbability { name, at, value });
        }
        let value = Wide::exp(value);
        sum += value.to_f64();
        p.push(value);
    }
    if (sum - 1.0).abs() <= SUM_TOLERANCE {
        Ok(())
    } else {
        Err(LossError::NotDistribution { name: "exp(log_probs)", at: vec![frame], sum })
    }
}

fn read_logits<'r>(
    frame: usize,
    row: impl Iterator<Item = &'r f64> + Clone,
    p: &mut Vec<Wide>,
) -> Result<(), LossError> {
    let mut top = f64::NEG_INFINITY;
    for (symbol, &logit) in row.clone().enumerate() {
        check::finite("logits", &[frame, symbol], logit)?;
        top = top.max(logit);
    }
    let start = p.len();
    let mut sum = 0.0;
    for &logit in row {
        let exp = Wide::exp(logit - top);
        sum += exp.to_f64();
        p.push(exp);
    }
    for p in &mut p[start..] {
        *p = p.over(sum);
    }
    Ok(())
}
