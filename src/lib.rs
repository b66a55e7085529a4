//! Loss functions, entropy and information gain: small, exact, tested.
//!
//! This is the crate behind a course on loss functions that you run. Every number that its chapters
//! show is computed here; you can also use it for nothing but its losses.
//!
//! ```
//! use lossbook::prelude::*;
//!
//! let y = [1.0, 2.0, 3.0, 4.0];
//! let y_hat = [1.5, 2.0, 2.0, 14.0];
//!
//! // How far off, all in all? The last sample decides the one, not the other.
//! assert_eq!(mse(&y, &y_hat)?, 25.3125);
//! assert_eq!(mae(&y, &y_hat)?, 2.875);
//!
//! // A loss with a parameter is a small value; all losses answer in the same words.
//! let huber = Huber::new(1.0)?;
//! assert_eq!(huber.each(&y, &y_hat)?, array![0.125, 0.0, 0.5, 9.5]);
//! assert_eq!(huber.gradient(&y, &y_hat)?, array![0.125, 0.0, -0.25, 0.25]);
//!
//! // An amount of information knows its unit.
//! assert_eq!(entropy(&[0.5, 0.25, 0.25])?.bits(), 1.5);
//!
//! // What cannot be computed says why.
//! let fault = entropy(&[0.5, 0.4]).unwrap_err();
//! assert_eq!(fault.to_string(), "p sums to 0.9 (a distribution sums to 1)");
//! # Ok::<(), LossError>(())
//! ```
//!
//! # What there is
//!
//! `y` is the target, `y_hat` the prediction, `r = y - y_hat` the residual; `p` is the true
//! distribution, `q` the believed one; `0 ln 0 = 0`.
//!
//! | name | formula | inputs | chapter |
//! | --- | --- | --- | --- |
//! | [`residuals`](regression::residuals) | `y - y_hat` | `[n]`, `[n]` | 09 residuals |
//! | [`mse`](regression::mse), [`SquaredError`](regression::SquaredError) | `r^2` | `[n]`, `[n]` | 09 residuals |
//! | [`mae`](regression::mae), [`AbsoluteError`](regression::AbsoluteError) | `abs(r)` | `[n]`, `[n]` | 09 residuals |
//! | [`rmse`](regression::rmse) | `sqrt(mean r^2)` | `[n]`, `[n]` | 09 residuals |
//! | [`Huber`](regression::Huber) | `r^2 / 2`, from delta on `delta (abs(r) - delta / 2)` | `[n]`, `[n]` | 11 Huber |
//! | [`SmoothL1`](regression::SmoothL1) | Huber / beta | `[n]`, `[n]` | 11 Huber |
//! | [`LogCosh`](regression::LogCosh) | `ln cosh r` | `[n]`, `[n]` | 11 Huber |
//! | [`Quantile`](regression::Quantile) | `max(tau r, (tau - 1) r)` | `[n]`, `[n]` | 11 Huber |
//! | [`decide`](classification::decide) | `argmax_k score_k` | `[n, classes]` | 12 error rate and posteriors |
//! | [`error_rate`](classification::error_rate), [`accuracy`](classification::accuracy) | share of wrong, of right decisions | labels, decisions | 12 error rate and posteriors |
//! | [`confusion_matrix`](classification::confusion_matrix) | how many of class `i` were decided to be `j` | labels, decisions | 12 error rate and posteriors |
//! | [`one_hot`](classification::one_hot), [`labels_of`](classification::labels_of) | 1 at the label, 0 elsewhere; and back | labels; `[n, classes]` | 14 cross-entropy |
//! | [`log_sum_exp`](classification::log_sum_exp) | `ln sum_k exp(logit_k)` | `[n, classes]` | 14 cross-entropy |
//! | [`softmax`](classification::softmax), [`log_softmax`](classification::log_softmax) | `exp(logit_k) / sum_j exp(logit_j)`; its logarithm | `[n, classes]` | 14 cross-entropy |
//! | [`CrossEntropy`](classification::CrossEntropy) | `-sum_k w_k t_k ln p_k` | labels or `[n, classes]`; `[n, classes]` | 14 cross-entropy |
//! | [`BinaryCrossEntropy`](classification::BinaryCrossEntropy) | `-w y ln p - (1 - y) ln(1 - p)` | `[n]`, `[n]` | 14 cross-entropy |
//! | [`BinaryFocal`](classification::BinaryFocal) | `-alpha (1 - p)^gamma ln p`, or its mirror image | `[n]`, `[n]` | 15 focal |
//! | [`SoftmaxFocal`](classification::SoftmaxFocal) | `-alpha_label (1 - p_label)^gamma ln p_label` | labels or `[n, classes]`; `[n, classes]` | 15 focal |
//! | [`Hinge`](classification::Hinge) | `max(0, 1 - score)`, or `max(0, 1 + score)` | `[n]`, `[n]` | 08 objectives |
//! | [`MultiHinge`](classification::MultiHinge) | `max(0, 1 + strongest rival - score_label)` | labels or `[n, classes]`; `[n, classes]` | 08 objectives |
//! | [`GaussianPosterior`](classification::GaussianPosterior) | `prior_k N(x; mean_k, deviation_k)`, normalised | `[n]` | 12 error rate and posteriors |
//! | [`self_information`](information::self_information) | `-ln p` | a probability | 13 information |
//! | [`entropy`](information::entropy) | `-sum p ln p` | `[n]` | 13 information |
//! | [`entropy_of_counts`](information::entropy_of_counts) | the same of `count / total` | counts | 13 information |
//! | [`binary_entropy`](information::binary_entropy) | `-p ln p - (1 - p) ln(1 - p)` | a probability | 13 information |
//! | [`cross_entropy`](information::cross_entropy) | `-sum p ln q` | `[n]`, `[n]` | 14 cross-entropy |
//! | [`kl_divergence`](information::kl_divergence) | `sum p ln(p / q)` | `[n]`, `[n]` | 13 information |
//! | [`js_divergence`](information::js_divergence) | `KL(p, m) / 2 + KL(q, m) / 2`, `m = (p + q) / 2` | `[n]`, `[n]` | 13 information |
//! | [`contingency_table`](information::contingency_table), [`joint_distribution`](information::joint_distribution) | `count_ij`; `count_ij / n` | labels, labels | 13 information |
//! | [`joint_entropy`](information::joint_entropy) | `-sum p_ij ln p_ij` | table `[n, m]` | 13 information |
//! | [`conditional_entropy`](information::conditional_entropy) | `-sum p_ij ln(p_ij / p_i)` | table `[n, m]` | 13 information |
//! | [`mutual_information`](information::mutual_information) | `sum p_ij ln(p_ij / (p_i p_j))` | table `[n, m]` | 13 information |
//! | [`information_gain`](information::information_gain), [`gain_ratio`](information::gain_ratio) | `H(labels) - mean H(in a branch)`; divided by `H(branches)` | labels, branches | 13 information |
//! | [`gini`](information::gini), [`gini_decrease`](information::gini_decrease) | `1 - sum p_k^2`; what a split takes off it | labels; labels, branches | 13 information |
//! | [`squared_distances`](embedding::squared_distances) | `abs(a - b)^2` | `[n, d]`, `[m, d]` | 17 triplet |
//! | [`cosine_distances`](embedding::cosine_distances) | `1 - a b / (abs(a) abs(b))` | `[n, d]`, `[m, d]` | 19 ArcFace |
//! | [`Contrastive`](embedding::Contrastive) | `D^2 / 2` for the same, `max(0, margin - D)^2 / 2` for others | same, `[n, d]`, `[n, d]` | 17 triplet |
//! | [`CosineEmbedding`](embedding::CosineEmbedding) | `1 - cos` for the same, `max(0, cos - margin)` for others | same, `[n, d]`, `[n, d]` | 19 ArcFace |
//! | [`Triplet`](embedding::Triplet) | `max(0, abs(a - p)^2 - abs(a - n)^2 + margin)` | `[n, d]` three times | 17 triplet |
//! | [`BatchAll`](embedding::BatchAll), [`BatchHard`](embedding::BatchHard), [`SemiHard`](embedding::SemiHard) | the same, on triplets found in the batch | labels, `[n, d]` | 17 triplet |
//! | [`CenterLoss`](embedding::CenterLoss), [`CenterJoint`](embedding::CenterJoint) | `abs(x - c)^2 / 2`; cross-entropy plus lambda times it | labels, (`[n, classes]`,) `[n, d]`, `[classes, d]` | 18 center |
//! | [`ArcFace`](embedding::ArcFace) | cross-entropy of `s cos`, the own class's being `s cos(angle + m)` | labels, `[n, d]`, `[classes, d]` | 19 ArcFace |
//! | [`CosFace`](embedding::CosFace) | the same with `s (cos(angle) - m)` | labels, `[n, d]`, `[classes, d]` | 19 ArcFace |
//! | [`Dice`](segmentation::Dice) | `1 - (2 sum p g + s) / (sum p + sum g + s)` | `[pixels]` or `[pixels, classes]`, twice | 20 segmentation |
//! | [`SoftIou`](segmentation::SoftIou) | `1 - (sum p g + s) / (sum p + sum g - sum p g + s)` | the same | 20 segmentation |
//! | [`Tversky`](segmentation::Tversky) | `1 - (both + s) / (both + alpha only_prediction + beta only_target + s)` | the same | 20 segmentation |
//! | [`dice_coefficient`](segmentation::dice_coefficient), [`iou`](segmentation::iou) | `2 both / (sizes)`; `both / either` | two masks | 20 segmentation |
//! | [`Ctc`](sequence::Ctc) | `-ln sum_path product_t p[t, path_t]` | labels, `[time, symbols]` | 22 CTC |
//! | [`collapse`](sequence::collapse), [`merge_repeats`](sequence::merge_repeats) | repeats merged, blanks dropped | a path, `[time]` | 22 CTC |
//! | [`alignments`](sequence::alignments), [`count_alignments`](sequence::count_alignments) | the paths that collapse to the labels | labels, frames | 22 CTC |
//! | [`best_path`](sequence::best_path), [`greedy_decode`](sequence::greedy_decode), [`beam_search`](sequence::beam_search) | the likeliest path, its labels; the likeliest labels | `[time, symbols]` | 22 CTC |
//! | [`gaussian_kl`](generation::gaussian_kl) | `integral p ln(p / q)` of two normal distributions | 4 numbers | 23 generation |
//! | [`StandardKl`](generation::StandardKl), [`GaussianKl`](generation::GaussianKl) | `sum_j (exp(s_j) - s_j - 1 + m_j^2) / 2`; to any other Gaussian | `[n, latent]`, 2 or 4 times | 23 generation |
//! | [`NegativeElbo`](generation::NegativeElbo) | `-ln p(x given z) + beta KL` | `[n, pixels]` twice, `[n, latent]` twice | 23 generation |
//! | [`gram_matrix`](generation::gram_matrix) | `F F^T / (channels height width)` | `[channels, height, width]` | 23 generation |
//! | [`ContentLoss`](generation::ContentLoss) | `mean (F - F_hat)^2` | `[channels, height, width]` twice | 23 generation |
//! | [`StyleLoss`](generation::StyleLoss) | `sum_ij (G_ij - G_hat_ij)^2` | `[channels, height, width]` twice | 23 generation |
//! | [`PerceptualLoss`](generation::PerceptualLoss) | both, of the answers of a [`FilterBank`](generation::FilterBank) | `[height, width]` | 23 generation |
//! | [`Chamfer`](point_cloud::Chamfer) | `sum_i min_j c(y_i, x_j) + sum_j min_i c(y_i, x_j)` | `[n, d]`, `[m, d]` | 21 point clouds |
//! | [`EarthMover`](point_cloud::EarthMover) | `min_s sum_i c(y_i, x_s(i)) / n`, `s` a permutation | `[n, d]`, `[n, d]` | 21 point clouds |
//! | [`Sinkhorn`](point_cloud::Sinkhorn) | `min_P sum_ij P_ij (c_ij + epsilon ln(n m P_ij))`, `P` a transport plan | `[n, d]`, `[m, d]` | 21 point clouds |
//! | [`BradleyTerry`](preference::BradleyTerry) | `-ln sigmoid(chosen - rejected - margin)` | `[n]`, `[n]` | 24 preferences |
//! | [`Dpo`](preference::Dpo), [`ReferenceFreeDpo`](preference::ReferenceFreeDpo) | `-(1 - e) ln sigmoid(beta h) - e ln sigmoid(-beta h)` | log-probabilities, 4 or 2 times `[n]` | 24 preferences |
//! | [`ClippedSurrogate`](preference::ClippedSurrogate) | `-min(rho A, clip(rho, 1 - epsilon, 1 + epsilon) A)` | `[n]`, `[n]`, `[n]` | 24 preferences |
//! | [`KlPenalty`](preference::KlPenalty) | `reward - beta (ln pi - ln pi_ref)` | `[n]`, `[n]`, `[n]` | 24 preferences |
//! | [`Activation`](network::Activation) | sigmoid, tanh, ReLU and its family, ELU, SELU: value and slope | `[n]` | 03 activations, 04 SELU precision |
//! | [`Perceptron`](network::Perceptron) | 1 where `w x + b >= 0`, else 0; learns from its mistakes | `[n, inputs]`, labels | 01 neuron |
//! | [`Network`](network::Network), [`Layer`](network::Layer) | `activation(W x + b)`, layer by layer; gradient by backpropagation | `[n, inputs]` | 02 XOR and regions, 06 ensembles, 07 output nodes |
//! | [`Criterion`](network::Criterion) | any of the losses of a prediction, at a network's output | labels, `[n]` or `[n, outputs]`; `[n, outputs]` | 07 output nodes, 16 MSE for classification |
//! | [`Sgd`](network::Sgd), [`Adam`](network::Adam) | `p - rate g`, with momentum; `p - rate m / sqrt(v)` | parameters, gradient | 10 gradient steps |
//! | [`Ols`](objective::Ols) | `mean (y - w x - b)^2` | `[n]`, `[n, d]` | 08 objectives |
//! | [`Ridge`](objective::Ridge) | `mean (y - w x - b)^2 + lambda sum w^2` | `[n]`, `[n, d]` | 08 objectives |
//! | [`LinearSvm`](objective::LinearSvm) | `mean max(0, 1 - s (w x + b)) + lambda sum w^2` | `[n]`, `[n, d]` | 08 objectives |
//! | [`KMeans`](objective::KMeans) | `mean min_k abs(x - c_k)^2` | `[n, d]`, `[k, d]` | 08 objectives |
//! | [`Pca`](objective::Pca) | `mean ((x - mean) u)^2`, `u` of length 1 | `[n, d]`, `[d]` | 05 projection and PCA |
//!
//! # What to rely on
//!
//! - The target comes before the prediction, everywhere. Arguments are anything that views as an
//!   ndarray of `f64` (slices, vectors, arrays, views); labels are `&[usize]`.
//! - No public function panics, whatever the input. [`LossError`](error::LossError) says what is
//!   wrong, where, and what is allowed.
//! - Nothing is clipped: a probability of 0 for what does happen costs infinitely much.
//! - Results are right to about 13 digits, for tiny and huge inputs too; the tests compare them with
//!   values computed to 50 digits.
//!
//! # The losses alone
//!
//! The feature `notebook`, on by default, brings what a chapter shows its results with (polars,
//! plotly). An application does without:
//!
//! ```toml
//! [dependencies]
//! lossbook = { path = "../lossbook", default-features = false }
//! ```

pub mod classification;
mod counts;
pub mod data;
pub mod embedding;
pub mod error;
pub mod generation;
pub mod information;
pub mod network;
#[cfg(feature = "notebook")]
pub mod notebook;
pub mod objective;
pub mod point_cloud;
pub mod preference;
pub mod prelude;
pub mod regression;
pub mod segmentation;
pub mod sequence;
mod sum;

// A notebook's kernel has to be able to name the types of a reader's variables.
pub use ndarray;
#[cfg(feature = "notebook")]
pub use {plotly, polars};

/// The README's examples run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
