//! What a loss of classes reads.

use crate::numeric::Domain;

/// What a loss of classes reads its prediction as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Logits, or other scores: any numbers. One that is `-inf` says that a class cannot be.
    Logits,
    /// Probabilities.
    Probabilities,
}

impl Input {
    pub(crate) fn domain(self) -> Domain {
        match self {
            Self::Logits => Domain::Extended,
            Self::Probabilities => Domain::Probability,
        }
    }
}
