//! Which filters respond together.

use ndarray::{Array3, ArrayRef3};

use super::features::{FeatureLoss, flattened, gram, maps};
use crate::error::LossError;
use crate::numeric::{Sum, check};

/// Style loss: the squared difference of the [Gram matrices](super::gram_matrix), summed over pairs of
/// channels.
///
/// ```text
/// sum_ij (G_ij - G_hat_ij)^2      G = F F^T / (channels height width)
/// ```
///
/// This is Johnson et al.'s loss. That of Gatys et al., `1 / (4 N^2 M^2)` times the same of matrices
/// that are not divided, N channels of M positions each, is a quarter of it. What lies where does not
/// matter: an image whose features are shuffled has the same style (the loss is then 0 but for
/// rounding), and target and prediction need not be of one size. Gradient: `4 (G_hat - G) F_hat /
/// (channels height width)`. Unit: the features', to the fourth power. (Those of features beyond 1e75
/// no `f64` holds: the loss is then infinite, and the gradient useless or NaN.)
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// // A pattern, and four of it.
/// let small = Array3::from_shape_vec((1, 1, 2), vec![1.0, 0.0]).unwrap();
/// let large = Array3::from_shape_fn((1, 2, 4), |(_, row, column)| ((row + column) % 2) as f64);
/// assert_eq!(StyleLoss.value(&small, &large)?, 0.0);
/// assert_eq!(StyleLoss.value(&small, &(2.0 * large))?, 2.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time style transfer and
/// super-resolution" (2016), equation 4; L. A. Gatys, A. S. Ecker, M. Bethge, "Image style transfer
/// using convolutional neural networks" (2016), equations 4 to 6; "Losses, part 2" (lecture, CMU
/// 11-785).
#[doc(alias = "NeuralStyleTransfer")]
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StyleLoss;

impl FeatureLoss for StyleLoss {
    fn value_and_gradient(
        &self,
        target: &ArrayRef3<f64>,
        prediction: &ArrayRef3<f64>,
    ) -> Result<(f64, Array3<f64>), LossError> {
        check::all_finite("target", &target.view())?;
        check::all_finite("prediction", &prediction.view())?;
        let channels = [target.dim().0, prediction.dim().0];
        let [left, right] = ["a position of target", "a position of prediction"];
        check::same_length(left, channels[0], right, channels[1])?;
        let features = flattened(prediction)?;
        let off = gram(&features)? - gram(&flattened(target)?)?;
        let loss = off.iter().map(|off| off * off).collect::<Sum>().total();
        let gradient = off.dot(&features) * (4.0 / features.len() as f64);
        Ok((loss, maps(prediction.dim(), gradient.into_iter().collect())?))
    }
}
