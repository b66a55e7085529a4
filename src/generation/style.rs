//! Losses of feature maps: where the filters answer, and which of them together.

use ndarray::{Array3, ArrayView3};

use super::features::{FeatureLoss, Layer, Maps, unit};
use crate::error::LossError;
use crate::sum::Sum;

/// Content (feature reconstruction) loss: the mean squared difference of feature maps.
///
/// ```text
/// 1 / (channels height width)  sum (F - F_hat)^2
/// ```
///
/// The mean, as Johnson et al. have it; Gatys et al. take half the sum, which is this times half the
/// number of features. Slope: `2 (F_hat - F) / (channels height width)`. Unit: the features', squared.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let (black, white) = (Array3::zeros((3, 4, 4)), Array3::ones((3, 4, 4)));
/// assert_eq!(ContentLoss.loss(&black, &(3.0 * white))?, 9.0);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time style transfer and
/// super-resolution" (2016), equation 2; L. A. Gatys, A. S. Ecker, M. Bethge, "Image style transfer
/// using convolutional neural networks" (2016), equation 1; "Losses, part 2" (lecture, CMU 11-785).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ContentLoss;

impl Layer for ContentLoss {
    const ANY_SIZE: bool = false;

    fn run(
        &self,
        target: &ArrayView3<'_, f64>,
        prediction: &ArrayView3<'_, f64>,
        _with_gradient: bool,
    ) -> Result<(f64, Array3<f64>), LossError> {
        let size = target.len() as f64;
        let mut losses = Sum::ZERO;
        let mut gradient = prediction.to_owned();
        gradient.zip_mut_with(target, |value, target| {
            let off = *value - target;
            losses.add(off * off);
            *value = 2.0 * off / size;
        });
        Ok((losses.mean(), gradient))
    }
}

impl FeatureLoss for ContentLoss {}

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
/// rounding), and target and prediction need not be of one size. Slope: `4 (G_hat - G) F_hat /
/// (channels height width)`. Unit: the features', to the fourth power.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// // A pattern, and four of it.
/// let small = Array3::from_shape_vec((1, 1, 2), vec![1.0, 0.0]).unwrap();
/// let large = Array3::from_shape_fn((1, 2, 4), |(_, row, column)| ((row + column) % 2) as f64);
/// assert_eq!(StyleLoss.loss(&small, &large)?, 0.0);
/// assert_eq!(StyleLoss.loss(&small, &(2.0 * large))?, 2.25);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time style transfer and
/// super-resolution" (2016), equation 4; L. A. Gatys, A. S. Ecker, M. Bethge, "Image style transfer
/// using convolutional neural networks" (2016), equations 4 to 6; "Losses, part 2" (lecture, CMU
/// 11-785).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StyleLoss;

impl Layer for StyleLoss {
    const ANY_SIZE: bool = true;

    fn run(
        &self,
        target: &ArrayView3<'_, f64>,
        prediction: &ArrayView3<'_, f64>,
        with_gradient: bool,
    ) -> Result<(f64, Array3<f64>), LossError> {
        // One unit for both, so that two Gram matrices too large for an f64 still have a difference.
        let unit = unit(&[target, prediction]);
        let maps = Maps::new(prediction, unit)?;
        let mut off = maps.gram()?;
        for (off, target) in off.iter_mut().zip(Maps::new(target, unit)?.gram()?) {
            *off -= target;
        }
        let squares: Sum = off.iter().map(|off| off * off).collect();
        let loss = squares.total() * unit * unit * unit * unit;
        if !with_gradient {
            return Ok((loss, Array3::zeros((0, 0, 0))));
        }
        let scale = 4.0 / maps.values.len() as f64;
        let slopes = maps.mixed(&off)?.into_iter().map(|mixed| mixed * scale * unit * unit * unit);
        let (name, (rows, columns)) = ("features", (maps.channels, maps.positions));
        let gradient = Array3::from_shape_vec(prediction.dim(), slopes.collect())
            .map_err(|_| LossError::TooLarge { name, rows, columns })?;
        Ok((loss, gradient))
    }
}

impl FeatureLoss for StyleLoss {}
