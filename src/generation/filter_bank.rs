//! A small bank of filters, in the place of a trained network's first layers.

use ndarray::{Array2, Array3, ArrayRef3, ArrayView2, ArrayView3, Zip, s};
use rand::SeedableRng;
use rand::distr::Distribution;
use rand_chacha::ChaCha8Rng;
use statrs::distribution::Uniform;

use super::features::maps;
use crate::error::LossError;
use crate::loss::Matrix;
use crate::numeric::{check, zeros};

/// Filters that are laid over an image at every position, and how they respond: one layer of a
/// convolutional network, with fixed weights.
///
/// ```text
/// F_c(y, x) = max(0, sum_{v, u} filter_c(v, u) image(y + v, x + u))
/// ```
///
/// A cross-correlation, as in neural networks (no filter is turned round), followed by a ReLU. It is
/// "valid": a filter lies wholly on the image, nothing is made up beyond the border, and an image
/// `[height, width]` gives features `[channels, height - (filter height) + 1, width - (filter width) +
/// 1]`. With several [scales](Self::with_scales) the same filters also look at the image halved,
/// quartered, ...: each pixel the mean of four, a last odd row or column left out.
///
/// Style losses commonly take a trained network's features. But filters as simple as these, even
/// random ones, tell textures apart, and need no download.
///
/// ```
/// # use lossbook::prelude::*;
/// # use lossbook::generation::*;
/// // Dark on the left, bright on the right: the first filter, for brighter to the right, responds.
/// let image = Array2::from_shape_fn((8, 8), |(_, x)| if x < 4 { 0.0 } else { 1.0 });
/// let features = &FilterBank::oriented().features(&image)?[0];
/// assert_eq!(features.dim(), (17, 4, 4));
/// let strongest = |channel: usize| features.index_axis(ndarray::Axis(0), channel).sum();
/// assert!(strongest(0) > 0.0 && (1..17).all(|other| other == 16 || strongest(other) < strongest(0)));
/// # use lossbook::ndarray;
/// # Ok::<(), LossError>(())
/// ```
///
/// Source: I. Ustyuzhaninov, W. Brendel, L. A. Gatys, M. Bethge, "Texture synthesis using shallow
/// convolutional networks with random filters" (2016), for the random ones; W. T. Freeman, E. H.
/// Adelson, "The design and use of steerable filters" (1991), for derivatives turned to any angle.
#[doc(alias = "Conv2d")]
#[derive(Debug, Clone, PartialEq)]
pub struct FilterBank {
    filters: Array3<f64>,
    scales: usize,
}

/// The most weights that [`FilterBank::random`] draws.
const MOST_WEIGHTS: usize = 1_000_000;

impl FilterBank {
    /// Of your own filters: `[channels, height, width]`.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// // How much brighter is the right neighbour?
    /// let filters = Array3::from_shape_vec((1, 1, 2), vec![-1.0, 1.0]).unwrap();
    /// let features = FilterBank::new(&filters)?.features(&[[1.0, 4.0, 2.0]])?;
    /// assert_eq!(features[0], Array3::from_shape_vec((1, 1, 2), vec![3.0, 0.0]).unwrap());
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`].
    pub fn new(filters: &ArrayRef3<f64>) -> Result<Self, LossError> {
        check::all_finite("filters", &filters.view())?;
        Ok(Self { filters: filters.to_owned(), scales: 1 })
    }

    /// Seventeen filters of 5 x 5: edges in eight directions (channel 0: brighter to the right, then
    /// on clockwise), bright lines in four, dark lines in four, and the brightness itself (channel 16).
    ///
    /// Edges and lines are first and second derivatives of a smooth spot, the binomial weights 1 4 6 4
    /// 1 along both axes. A weight is an integer divided by 4096: the filters are the same on every
    /// machine, and those of edges and lines sum to exactly 0. (Their responses to an even surface are
    /// 0 too where pixels have few binary digits, such as 0.5, and rounding errors, near 1e-16 of the
    /// pixel's size, where they have not.) Absolute values sum to nearly 1, of channel 16 to 1, so that
    /// no response exceeds the brightest pixel.
    ///
    /// ```
    /// # use lossbook::generation::*;
    /// let bank = FilterBank::oriented();
    /// assert_eq!(bank.filters().dim(), (17, 5, 5));
    /// assert_eq!(bank.filters()[[16, 2, 2]], 36.0 / 256.0);
    /// ```
    pub fn oriented() -> Self {
        let [smooth, first, second] =
            [[1.0, 4.0, 6.0, 4.0, 1.0], [-1.0, -2.0, 0.0, 2.0, 1.0], [1.0, 0.0, -2.0, 0.0, 1.0]];
        let filter = |channel: usize, v: usize, u: usize| -> f64 {
            let (right, down) = (smooth[v] * first[u], first[v] * smooth[u]);
            let (along_x, along_y) = (smooth[v] * second[u], second[v] * smooth[u]);
            let twist = 2.0 * first[v] * first[u];
            let edges = [right, right + down, down, down - right];
            // Across a bright line the brightness bends down.
            let lines = [along_x, along_x + along_y + twist, along_y, along_x + along_y - twist];
            match channel {
                0..4 => edges[channel],
                4..8 => -edges[channel - 4],
                8..12 => -lines[channel - 8],
                12..16 => lines[channel - 12],
                _ => smooth[v] * smooth[u],
            }
        };
        let mut filters = Array3::from_shape_fn((17, 5, 5), |(c, v, u)| filter(c, v, u));
        for mut filter in filters.outer_iter_mut() {
            let size: f64 = filter.iter().map(|weight: &f64| weight.abs()).sum();
            let times = (4096.0 / size).floor();
            filter.mapv_inplace(|weight| weight * times / 4096.0);
        }
        Self { filters, scales: 1 }
    }

    /// As many random filters as asked for, of `size x size` weights: uniform noise, of which the mean
    /// is taken off (so that the response to an even surface is nothing, but for rounding) and whose
    /// absolute values then sum to 1. The same seed draws the same filters, on every machine.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let bank = FilterBank::random(7, 32, 5)?;
    /// assert_eq!(bank.filters().dim(), (32, 5, 5));
    /// assert_eq!(bank, FilterBank::random(7, 32, 5)?);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] unless `channels >= 1`, `size >= 2` and there are at most 1,000,000
    /// weights.
    pub fn random(seed: u64, channels: usize, size: usize) -> Result<Self, LossError> {
        let size_is_right = (2..=1000).contains(&size);
        check::in_range(size_is_right, "size", size as f64, "2 <= size <= 1000")?;
        let channels_are_right = channels >= 1 && channels <= MOST_WEIGHTS / (size * size);
        let allowed = "channels >= 1 and channels size^2 <= 1000000";
        check::in_range(channels_are_right, "channels", channels as f64, allowed)?;
        let (mut random, uniform) = (ChaCha8Rng::seed_from_u64(seed), Uniform::standard());
        let mut filters = Array3::from_shape_simple_fn((channels, size, size), || {
            2.0 * uniform.sample(&mut random) - 1.0
        });
        for mut filter in filters.outer_iter_mut() {
            let mean = filter.iter().sum::<f64>() / (size * size) as f64;
            filter.mapv_inplace(|weight| weight - mean);
            let whole: f64 = filter.iter().map(|weight| weight.abs()).sum();
            filter.mapv_inplace(|weight| weight / whole);
        }
        Ok(Self { filters, scales: 1 })
    }

    /// The same filters at several scales: 1 for the image as it is, 2 for also its half, and so on.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let bank = FilterBank::oriented().with_scales(2)?;
    /// let features = bank.features(&Array2::zeros((16, 20)))?;
    /// assert_eq!((features[0].dim(), features[1].dim()), ((17, 12, 16), (17, 4, 6)));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::BadParameter`] for 0 scales.
    pub fn with_scales(self, scales: usize) -> Result<Self, LossError> {
        check::in_range(scales >= 1, "scales", scales as f64, "scales >= 1")?;
        Ok(Self { scales, ..self })
    }

    /// The filters: `[channels, height, width]`.
    ///
    /// ```
    /// # use lossbook::generation::*;
    /// assert_eq!(FilterBank::oriented().filters()[[0, 2, 0]], -6.0 * 42.0 / 4096.0);
    /// ```
    pub fn filters(&self) -> ArrayView3<'_, f64> {
        self.filters.view()
    }

    /// How many scales there are.
    ///
    /// ```
    /// # use lossbook::generation::*;
    /// assert_eq!(FilterBank::oriented().scales(), 1);
    /// ```
    pub fn scales(&self) -> usize {
        self.scales
    }

    /// The filters' responses to an image, `[height, width]` in; `[channels, height, width]` out, once
    /// for each scale, finest first.
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// // An even surface has neither edges nor lines.
    /// let features = &FilterBank::oriented().features(&Array2::from_elem((5, 5), 0.5))?[0];
    /// assert_eq!((features[[16, 0, 0]], features.sum()), (0.5, 0.5));
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LossError::Empty`]; [`LossError::NotFinite`], of a pixel or of a response too large for an
    /// `f64`; [`LossError::BadParameter`] for an image that at one of the scales is smaller than the
    /// filters; [`LossError::TooLarge`].
    pub fn features(&self, image: impl Matrix) -> Result<Vec<Array3<f64>>, LossError> {
        self.respond("image", image.as_matrix())
    }

    /// The gradient with respect to the image of a loss whose gradient with respect to the image's
    /// [`features`](Self::features) is given, one for each scale: the chain rule. `[height, width]`.
    ///
    /// Where a filter's response is 0 or below, the ReLU passes nothing (at the kink, 0, too).
    ///
    /// ```
    /// # use lossbook::prelude::*;
    /// # use lossbook::generation::*;
    /// let filters = Array3::from_shape_vec((1, 1, 2), vec![-1.0, 1.0]).unwrap();
    /// let gradients = [Array3::from_elem((1, 1, 2), 10.0)];
    /// // Features 3 and 0: the second, rectified, does not move.
    /// let gradient = FilterBank::new(&filters)?.image_gradient(&[[1.0, 4.0, 2.0]], &gradients)?;
    /// assert_eq!(gradient, array![[-10.0, 10.0, 0.0]]);
    /// # Ok::<(), LossError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`features`](Self::features), of the image; [`LossError::LengthMismatch`] and
    /// [`LossError::ShapeMismatch`] unless `gradients` has the shapes of the features;
    /// [`LossError::NotFinite`], also of a gradient too large for an `f64`.
    pub fn image_gradient(
        &self,
        image: impl Matrix,
        gradients: &[Array3<f64>],
    ) -> Result<Array2<f64>, LossError> {
        let features = self.features(image)?;
        check::same_length("features", features.len(), "gradients", gradients.len())?;
        for (at, (maps, gradient)) in features.iter().zip(gradients).enumerate() {
            check::all_finite("gradients", &gradient.view())
                .and_then(|()| {
                    check::same_shape("features", maps.shape(), "gradients", gradient.shape())
                })
                .map_err(|fault| LossError::InPart { part: "scale", at, fault: Box::new(fault) })?;
        }
        self.backpropagate(&features, gradients)
    }

    /// [`features`](Self::features) of the argument called `name`.
    pub(super) fn respond(
        &self,
        name: &'static str,
        image: ArrayView2<f64>,
    ) -> Result<Vec<Array3<f64>>, LossError> {
        check::all_finite(name, &image)?;
        let mut features = vec![self.respond_at_one_scale(image)?];
        let mut image = image.to_owned();
        for _ in 1..self.scales {
            image = Zip::from(image.exact_chunks((2, 2))).map_collect(|four| 0.25 * four.sum());
            features.push(self.respond_at_one_scale(image.view())?);
        }
        Ok(features)
    }

    fn respond_at_one_scale(&self, image: ArrayView2<f64>) -> Result<Array3<f64>, LossError> {
        let (height, width) = image.dim();
        let (channels, filter_height, filter_width) = self.filters.dim();
        let allowed = "at least the filters' height, at every scale";
        check::in_range(height >= filter_height, "height", height as f64, allowed)?;
        let allowed = "at least the filters' width, at every scale";
        check::in_range(width >= filter_width, "width", width as f64, allowed)?;
        let (rows, columns) = (height - filter_height + 1, width - filter_width + 1);
        let zeros = zeros("features", channels, rows * columns)?;
        let mut features = maps((channels, rows, columns), zeros)?;
        for (mut response, filter) in features.outer_iter_mut().zip(self.filters.outer_iter()) {
            for ((v, u), &weight) in filter.indexed_iter() {
                response.scaled_add(weight, &image.slice(s![v..v + rows, u..u + columns]));
            }
        }
        check::all_finite("features", &features.view())?;
        features.mapv_inplace(|response| response.max(0.0));
        Ok(features)
    }

    /// [`image_gradient`](Self::image_gradient) of an image whose features are known.
    pub(super) fn backpropagate(
        &self,
        features: &[Array3<f64>],
        gradients: &[Array3<f64>],
    ) -> Result<Array2<f64>, LossError> {
        let (_, height, width) = self.filters.dim();
        // From the coarsest scale up: each of its pixels is the mean of four of the next.
        let mut image = Array2::zeros((0, 0));
        for (features, gradient) in features.iter().zip(gradients).rev() {
            let (_, rows, columns) = features.dim();
            let mut finer = Array2::zeros((rows + height - 1, columns + width - 1));
            for (mut four, &pixel) in finer.exact_chunks_mut((2, 2)).into_iter().zip(&image) {
                four.fill(0.25 * pixel);
            }
            let channels = features.outer_iter().zip(gradient.outer_iter());
            for ((response, gradient), filter) in channels.zip(self.filters.outer_iter()) {
                let passes = |&f: &f64, &g: &f64| if f > 0.0 { g } else { 0.0 };
                let passed = Zip::from(response).and(gradient).map_collect(passes);
                for ((v, u), &weight) in filter.indexed_iter() {
                    let mut under = finer.slice_mut(s![v..v + rows, u..u + columns]);
                    under.scaled_add(weight, &passed);
                }
            }
            image = finer;
        }
        check::all_finite("the image's gradient", &image.view())?;
        Ok(image)
    }
}
