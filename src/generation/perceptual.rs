//! Content and style of images together.

use ndarray::{Array2, Array3, ArrayView2};

use super::features::FeatureLoss;
use super::filters::FilterBank;
use super::style::{ContentLoss, StyleLoss};
use super::weighted;
use crate::error::{LossError, check};

/// Perceptual loss: how far an image is in content from one image, and in style from another, seen
/// through a [`FilterBank`].
///
/// ```text
/// content_weight ContentLoss(features of the content, features of the image)
///   + style_weight StyleLoss(features of the style, features of the image)
/// ```
///
/// Each of the two is the mean over the bank's scales. The two targets are part of the loss: their
/// features are computed once, when it is made, and every step towards them needs only those of the
/// image that changes. That image, the prediction, has the size of the content; the style may have
/// another. With a content weight of 0 the descent makes a texture.
///
/// Images are `[height, width]`, grey, in any unit, 0 to 1 as a rule; style differences are then tiny
/// numbers, and want a large weight. Every method refuses an image that is empty
/// ([`LossError::Empty`]), of another size ([`LossError::ShapeMismatch`]) or not finite
/// ([`LossError::NotFinite`], also for features or a gradient too large for an `f64`).
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let upright = Array2::from_shape_fn((12, 12), |(_, x)| (x / 2 % 2) as f64);
/// let level = upright.t().to_owned();
/// let loss = PerceptualLoss::new(FilterBank::oriented(), &level, &upright)?.with_weights(0.0, 1.0)?;
/// // Stripes moved sideways are the same in style; turned, they are not.
/// let moved = Array2::from_shape_fn((12, 12), |(_, x)| ((x + 2) / 2 % 2) as f64);
/// assert!(loss.loss(&moved)? < 1e-6);
/// assert!(loss.loss(&level)? > 1e-4);
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: L. A. Gatys, A. S. Ecker, M. Bethge, "Image style transfer using convolutional neural
/// networks" (2016), equation 7; J. Johnson, A. Alahi, L. Fei-Fei, "Perceptual losses for real-time
/// style transfer and super-resolution" (2016); "Losses, part 2" (lecture, CMU 11-785).
#[derive(Debug, Clone, PartialEq)]
pub struct PerceptualLoss {
    bank: FilterBank,
    size: (usize, usize),
    content: Vec<Array3<f64>>,
    style: Vec<Array3<f64>>,
    content_weight: f64,
    style_weight: f64,
}

/// The two parts of a [`PerceptualLoss`], not yet weighted.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// let image = Array2::from_shape_fn((8, 8), |(y, x)| ((x * y) % 3) as f64);
/// let parts = PerceptualLoss::new(FilterBank::oriented(), &image, &image)?.parts(&image)?;
/// assert_eq!(parts, PerceptualParts { content: 0.0, style: 0.0 });
/// # Ok::<(), LossError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PerceptualParts {
    /// The [`ContentLoss`], the mean over the scales.
    pub content: f64,
    /// The [`StyleLoss`], the mean over the scales.
    pub style: f64,
}

impl PerceptualLoss {
    /// With the image to be like in content, and the one to be like in style: `[height, width]` each.
    /// Both weights are 1.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (content, style) = (Array2::zeros((8, 8)), Array2::ones((16, 6)));
    /// assert!(PerceptualLoss::new(FilterBank::oriented(), &content, &style).is_ok());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`FilterBank::features`].
    pub fn new<'c, 's>(
        bank: FilterBank,
        content: impl Into<ArrayView2<'c, f64>>,
        style: impl Into<ArrayView2<'s, f64>>,
    ) -> Result<Self, LossError> {
        let content = content.into();
        Ok(Self {
            size: content.dim(),
            content: bank.answers("content", content)?,
            style: bank.answers("style", style.into())?,
            bank,
            content_weight: 1.0,
            style_weight: 1.0,
        })
    }

    /// Multiplies the two parts.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array2::zeros((5, 5)), Array2::ones((5, 5)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &white)?;
    /// // Of 17 features, one sees that white is bright.
    /// assert_eq!(loss.with_weights(34.0, 1e3)?.loss(&white)?, 2.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless both are 0 or more, and finite.
    pub fn with_weights(self, content_weight: f64, style_weight: f64) -> Result<Self, LossError> {
        let content_weight = check::at_least_zero(
            "content_weight",
            content_weight,
            "content_weight >= 0 and finite",
        )?;
        let style_weight =
            check::at_least_zero("style_weight", style_weight, "style_weight >= 0 and finite")?;
        Ok(Self { content_weight, style_weight, ..self })
    }

    /// The loss of an image, `[height, width]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let white = Array2::ones((5, 5));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &white, &white)?;
    /// assert_eq!(loss.loss(&white)?, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn loss<'p>(&self, prediction: impl Into<ArrayView2<'p, f64>>) -> Result<f64, LossError> {
        Ok(self.total(self.parts(prediction)?))
    }

    /// Content and style apart, before they are weighted.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array2::zeros((5, 5)), Array2::ones((5, 5)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &white)?;
    /// assert_eq!(loss.parts(&black)?.content, 0.0);
    /// assert_eq!(loss.parts(&white)?.style, 0.0);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn parts<'p>(
        &self,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<PerceptualParts, LossError> {
        let features = self.features(prediction.into())?;
        let weights = self.scale_weights();
        Ok(PerceptualParts {
            content: ContentLoss.weighted(&weights, &self.content, &features)?,
            style: StyleLoss.weighted(&weights, &self.style, &features)?,
        })
    }

    /// The gradient of the loss with respect to the image, in its shape.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, white) = (Array2::zeros((5, 5)), Array2::ones((5, 5)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &black)?;
    /// // Down, and most in the middle, where the filters look.
    /// let gradient = loss.gradient(&white)?;
    /// assert!(gradient.iter().all(|&slope| slope > 0.0 && slope <= gradient[[2, 2]]));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn gradient<'p>(
        &self,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<Array2<f64>, LossError> {
        Ok(self.loss_and_gradient(prediction)?.1)
    }

    /// [`loss`](Self::loss) and [`gradient`](Self::gradient), with the features computed once.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let (black, mut image) = (Array2::zeros((9, 9)), Array2::ones((9, 9)));
    /// let loss = PerceptualLoss::new(FilterBank::oriented(), &black, &black)?;
    /// let (before, gradient) = loss.loss_and_gradient(&image)?;
    /// image = image - 100.0 * gradient;
    /// assert!(loss.loss(&image)? < before);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// See [above](PerceptualLoss).
    pub fn loss_and_gradient<'p>(
        &self,
        prediction: impl Into<ArrayView2<'p, f64>>,
    ) -> Result<(f64, Array2<f64>), LossError> {
        let features = self.features(prediction.into())?;
        let weights = self.scale_weights();
        let (content, mut gradients) =
            ContentLoss.weighted_and_gradients(&weights, &self.content, &features)?;
        let (style, style_gradients) =
            StyleLoss.weighted_and_gradients(&weights, &self.style, &features)?;
        for (gradient, of_style) in gradients.iter_mut().zip(&style_gradients) {
            gradient.zip_mut_with(of_style, |slope, &of_style| {
                *slope =
                    weighted(self.content_weight, *slope) + weighted(self.style_weight, of_style);
            });
        }
        let loss = self.total(PerceptualParts { content, style });
        Ok((loss, self.bank.back(self.size, &features, &gradients)?))
    }

    fn features(&self, prediction: ArrayView2<'_, f64>) -> Result<Vec<Array3<f64>>, LossError> {
        if prediction.dim() != self.size && !prediction.is_empty() {
            return Err(LossError::ShapeMismatch {
                left: "content",
                left_shape: vec![self.size.0, self.size.1],
                right: "prediction",
                right_shape: prediction.shape().to_vec(),
            });
        }
        self.bank.answers("prediction", prediction)
    }

    /// The mean over the scales.
    fn scale_weights(&self) -> Vec<f64> {
        vec![1.0 / self.content.len() as f64; self.content.len()]
    }

    fn total(&self, parts: PerceptualParts) -> f64 {
        weighted(self.content_weight, parts.content) + weighted(self.style_weight, parts.style)
    }
}
