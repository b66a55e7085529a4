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
//! | name | problem | inputs | formula | chapter |
//! | --- | --- | --- | --- | --- |
//! | [`residuals`](regression::residuals) | [a number](regression) | `[n]`, `[n]` | `y - y_hat` | 09 residuals |
//! | [`mse`](regression::mse), [`SquaredError`](regression::SquaredError) | [a number](regression) | `[n]`, `[n]` | `r^2` | 09 residuals |
//! | [`mae`](regression::mae), [`AbsoluteError`](regression::AbsoluteError) | [a number](regression) | `[n]`, `[n]` | `abs(r)` | 09 residuals |
//! | [`rmse`](regression::rmse) | [a number](regression) | `[n]`, `[n]` | `sqrt(mean r^2)` | 09 residuals |
//! | [`Huber`](regression::Huber) | [a number](regression) | `[n]`, `[n]` | `r^2 / 2`, from delta on `delta (abs(r) - delta / 2)` | 11 Huber |
//! | [`SmoothL1`](regression::SmoothL1) | [a number](regression) | `[n]`, `[n]` | Huber / beta | 11 Huber |
//! | [`LogCosh`](regression::LogCosh) | [a number](regression) | `[n]`, `[n]` | `ln cosh r` | 11 Huber |
//! | [`Quantile`](regression::Quantile) | [a number](regression) | `[n]`, `[n]` | `max(tau r, (tau - 1) r)` | 09 residuals |
//! | [`self_information`](information::self_information) | [distributions](information) | a probability | `-ln p` | 13 information |
//! | [`entropy`](information::entropy) | [distributions](information) | `[n]` | `-sum p ln p` | 13 information |
//! | [`entropy_of_counts`](information::entropy_of_counts) | [distributions](information) | counts | the same of `count / total` | 13 information |
//! | [`binary_entropy`](information::binary_entropy) | [distributions](information) | a probability | `-p ln p - (1 - p) ln(1 - p)` | 13 information |
//! | [`cross_entropy`](information::cross_entropy) | [distributions](information) | `[n]`, `[n]` | `-sum p ln q` | 14 cross-entropy |
//! | [`kl_divergence`](information::kl_divergence) | [distributions](information) | `[n]`, `[n]` | `sum p ln(p / q)` | 13 information |
//! | [`js_divergence`](information::js_divergence) | [distributions](information) | `[n]`, `[n]` | `KL(p, m) / 2 + KL(q, m) / 2`, `m = (p + q) / 2` | 13 information |
//! | [`contingency_table`](information::contingency_table), [`joint_distribution`](information::joint_distribution) | [distributions](information) | labels, labels | `count_ij`; `count_ij / n` | 13 information |
//! | [`joint_entropy`](information::joint_entropy) | [distributions](information) | table `[n, m]` | `-sum p_ij ln p_ij` | 13 information |
//! | [`conditional_entropy`](information::conditional_entropy) | [distributions](information) | table `[n, m]` | `-sum p_ij ln(p_ij / p_i)` | 13 information |
//! | [`mutual_information`](information::mutual_information) | [distributions](information) | table `[n, m]` | `sum p_ij ln(p_ij / (p_i p_j))` | 13 information |
//! | [`information_gain`](information::information_gain), [`gain_ratio`](information::gain_ratio) | [distributions](information) | labels, branches | `H(labels) - mean H(in a branch)`; divided by `H(branches)` | 13 information |
//! | [`gini`](information::gini), [`gini_decrease`](information::gini_decrease) | [distributions](information) | labels; labels, branches | `1 - sum p_k^2`; what a split takes off it | 13 information |
//! | [`decide`](classification::decide) | [classes](classification) | `[n, classes]` | `argmax_k score_k` | 12 error rate and posteriors |
//! | [`error_rate`](classification::error_rate), [`accuracy`](classification::accuracy) | [classes](classification) | labels, decisions | share of wrong, of right decisions | 12 error rate and posteriors |
//! | [`confusion_matrix`](classification::confusion_matrix) | [classes](classification) | labels, decisions | how many of class `i` were decided to be `j` | 12 error rate and posteriors |
//! | [`one_hot`](classification::one_hot), [`labels_of`](classification::labels_of) | [classes](classification) | labels; `[n, classes]` | 1 at the label, 0 elsewhere; and back | 14 cross-entropy |
//! | [`log_sum_exp`](classification::log_sum_exp) | [classes](classification) | `[n, classes]` | `ln sum_k exp(logit_k)` | 14 cross-entropy |
//! | [`softmax`](classification::softmax), [`log_softmax`](classification::log_softmax) | [classes](classification) | `[n, classes]` | `exp(logit_k) / sum_j exp(logit_j)`; its logarithm | 14 cross-entropy |
//! | [`CrossEntropy`](classification::CrossEntropy) | [classes](classification) | labels or `[n, classes]`; `[n, classes]` | `-sum_k w_k t_k ln p_k` | 14 cross-entropy |
//! | [`BinaryCrossEntropy`](classification::BinaryCrossEntropy) | [classes](classification) | `[n]`, `[n]` | `-w y ln p - (1 - y) ln(1 - p)` | 14 cross-entropy |
//! | [`BinaryFocal`](classification::BinaryFocal) | [classes](classification) | `[n]`, `[n]` | `-alpha (1 - p)^gamma ln p`, or its mirror image | 15 focal |
//! | [`SoftmaxFocal`](classification::SoftmaxFocal) | [classes](classification) | labels or `[n, classes]`; `[n, classes]` | `-alpha_label (1 - p_label)^gamma ln p_label` | 15 focal |
//! | [`Hinge`](classification::Hinge) | [classes](classification) | `[n]`, `[n]` | `max(0, 1 - score)`, or `max(0, 1 + score)` | 08 objectives |
//! | [`MultiHinge`](classification::MultiHinge) | [classes](classification) | labels or `[n, classes]`; `[n, classes]` | `max(0, 1 + strongest rival - score_label)` | 08 objectives |
//! | [`GaussianPosterior`](classification::GaussianPosterior) | [classes](classification) | `[n]` | `prior_k N(x; mean_k, std_dev_k)`, normalised | 12 error rate and posteriors |
//! | [`squared_distances`](embedding::squared_distances) | [embeddings](embedding) | `[n, d]`, `[m, d]` | `abs(a - b)^2` | 17 triplet |
//! | [`cosine_distances`](embedding::cosine_distances) | [embeddings](embedding) | `[n, d]`, `[m, d]` | `1 - a b / (abs(a) abs(b))` | 19 ArcFace |
//! | [`Contrastive`](embedding::Contrastive) | [embeddings](embedding) | same, `[n, d]`, `[n, d]` | `D^2 / 2` for the same, `max(0, margin - D)^2 / 2` for others | 17 triplet |
//! | [`CosineEmbedding`](embedding::CosineEmbedding) | [embeddings](embedding) | same, `[n, d]`, `[n, d]` | `1 - cos` for the same, `max(0, cos - margin)` for others | 19 ArcFace |
//! | [`Triplet`](embedding::Triplet) | [embeddings](embedding) | `[n, d]` three times | `max(0, abs(a - p)^2 - abs(a - n)^2 + margin)` | 17 triplet |
//! | [`BatchAll`](embedding::BatchAll), [`BatchHard`](embedding::BatchHard), [`SemiHard`](embedding::SemiHard) | [embeddings](embedding) | labels, `[n, d]` | the same, on triplets found in the batch | 17 triplet |
//! | [`CenterLoss`](embedding::CenterLoss), [`CenterJoint`](embedding::CenterJoint) | [embeddings](embedding) | labels, (`[n, classes]`,) `[n, d]`, `[classes, d]` | `abs(x - c)^2 / 2`; cross-entropy plus lambda times it | 18 center |
//! | [`ArcFace`](embedding::ArcFace) | [embeddings](embedding) | labels, `[n, d]`, `[classes, d]` | cross-entropy of `s cos`, the own class's being `s cos(angle + m)` | 19 ArcFace |
//! | [`CosFace`](embedding::CosFace) | [embeddings](embedding) | labels, `[n, d]`, `[classes, d]` | the same with `s (cos(angle) - m)` | 19 ArcFace |
//! | [`Dice`](segmentation::Dice) | [masks](segmentation) | `[pixels]` or `[pixels, classes]`, twice | `1 - (2 sum p g + s) / (sum p + sum g + s)` | 20 segmentation |
//! | [`SoftIou`](segmentation::SoftIou) | [masks](segmentation) | the same | `1 - (sum p g + s) / (sum p + sum g - sum p g + s)` | 20 segmentation |
//! | [`Tversky`](segmentation::Tversky) | [masks](segmentation) | the same | `1 - (both + s) / (both + alpha only_prediction + beta only_target + s)` | 20 segmentation |
//! | [`dice_coefficient`](segmentation::dice_coefficient), [`iou`](segmentation::iou) | [masks](segmentation) | two masks | `2 both / (sizes)`; `both / either` | 20 segmentation |
//! | [`classes_present`](segmentation::classes_present) | [masks](segmentation) | `[pixels, classes]` | 1 for a class that has a pixel, else 0: weights | 20 segmentation |
//! | [`box_iou`](segmentation::box_iou) | [boxes](segmentation) | `[n, 4]`, `[m, 4]` | `area of both / area of either` | 20 segmentation |
//! | [`Chamfer`](point_cloud::Chamfer) | [point clouds](point_cloud) | `[n, d]`, `[m, d]` | `sum_i min_j c(y_i, x_j) + sum_j min_i c(y_i, x_j)` | 21 point clouds |
//! | [`EarthMover`](point_cloud::EarthMover) | [point clouds](point_cloud) | `[n, d]`, `[n, d]` | `min_s sum_i c(y_i, x_s(i)) / n`, `s` a permutation | 21 point clouds |
//! | [`Sinkhorn`](point_cloud::Sinkhorn) | [point clouds](point_cloud) | `[n, d]`, `[m, d]` | `min_P sum_ij P_ij (c_ij + epsilon ln(n m P_ij))`, `P` a transport plan | 21 point clouds |
//! | [`Ctc`](sequence::Ctc) | [sequences](sequence) | labels, `[time, symbols]` | `-ln sum_path product_t p[t, path_t]` | 22 CTC |
//! | [`collapse`](sequence::collapse), [`merge_repeats`](sequence::merge_repeats) | [sequences](sequence) | a path, `[time]` | repeats merged, blanks dropped | 22 CTC |
//! | [`alignments`](sequence::alignments), [`count_alignments`](sequence::count_alignments) | [sequences](sequence) | labels, frames | the paths that collapse to the labels | 22 CTC |
//! | [`best_path`](sequence::best_path), [`greedy_decode`](sequence::greedy_decode), [`beam_search`](sequence::beam_search) | [sequences](sequence) | `[time, symbols]` | the likeliest path, its labels; the likeliest labels | 22 CTC |
//! | [`gaussian_kl`](generation::gaussian_kl) | [images and codes](generation) | 4 numbers | `integral p ln(p / q)` of two normal distributions | 23 generation |
//! | [`StandardKl`](generation::StandardKl), [`GaussianKl`](generation::GaussianKl) | [images and codes](generation) | `[n, latent]`, 2 or 4 times | `sum_j (exp(s_j) - s_j - 1 + m_j^2) / 2`; to any other Gaussian | 23 generation |
//! | [`NegativeElbo`](generation::NegativeElbo) | [images and codes](generation) | `[n, pixels]` twice, `[n, latent]` twice | `-ln p(x given z) + beta KL` | 23 generation |
//! | [`gram_matrix`](generation::gram_matrix) | [images and codes](generation) | `[channels, height, width]` | `F F^T / (channels height width)` | 23 generation |
//! | [`ContentLoss`](generation::ContentLoss) | [images and codes](generation) | `[channels, height, width]` twice | `mean (F - F_hat)^2` | 23 generation |
//! | [`StyleLoss`](generation::StyleLoss) | [images and codes](generation) | `[channels, height, width]` twice | `sum_ij (G_ij - G_hat_ij)^2` | 23 generation |
//! | [`PerceptualLoss`](generation::PerceptualLoss) | [images and codes](generation) | `[height, width]` | both, of the responses of a [`FilterBank`](generation::FilterBank) | 23 generation |
//! | [`BradleyTerry`](preference::BradleyTerry) | [preferences](preference) | `[n]`, `[n]` | `-ln sigmoid(chosen - rejected - margin)` | 24 preferences |
//! | [`Dpo`](preference::Dpo), [`ReferenceFreeDpo`](preference::ReferenceFreeDpo) | [preferences](preference) | log-probabilities, 4 or 2 times `[n]` | `-(1 - e) ln sigmoid(beta h) - e ln sigmoid(-beta h)` | 24 preferences |
//! | [`ClippedSurrogate`](preference::ClippedSurrogate) | [preferences](preference) | `[n]`, `[n]`, `[n]` | `-min(rho A, clip(rho, 1 - epsilon, 1 + epsilon) A)` | 24 preferences |
//! | [`KlPenalty`](preference::KlPenalty) | [preferences](preference) | `[n]`, `[n]`, `[n]` | `reward - beta (ln pi - ln pi_ref)` | 24 preferences |
//! | [`Ols`](objective::Ols) | [linear models](objective) | `[n]`, `[n, d]` | `mean (y - w x - b)^2` | 08 objectives |
//! | [`Ridge`](objective::Ridge) | [linear models](objective) | `[n]`, `[n, d]` | `mean (y - w x - b)^2 + lambda sum w^2` | 08 objectives |
//! | [`LogisticRegression`](objective::LogisticRegression) | [linear models](objective) | `[n]`, `[n, d]` | `mean ln(1 + exp(-s (w x + b))) + lambda sum w^2` | 08 objectives |
//! | [`LinearSvm`](objective::LinearSvm) | [linear models](objective) | `[n]`, `[n, d]` | `mean max(0, 1 - s (w x + b)) + lambda sum w^2` | 08 objectives |
//! | [`KMeans`](objective::KMeans) | [linear models](objective) | `[n, d]`, `[k, d]` | `mean min_k abs(x - c_k)^2` | 08 objectives |
//! | [`Pca`](objective::Pca) | [linear models](objective) | `[n, d]`, `[d]` | `mean ((x - mean) u)^2`, `u` of length 1 | 05 projection and PCA |
//! | [`Activation`](network::Activation) | [networks](network) | `[n]` | sigmoid, tanh, ReLU and its family, ELU, SELU: value and derivative | 03 activations, 04 SELU precision |
//! | [`Perceptron`](network::Perceptron) | [networks](network) | `[n, inputs]`, labels | 1 where `w x + b >= 0`, else 0; learns from its mistakes | 01 neuron |
//! | [`Network`](network::Network), [`Layer`](network::Layer) | [networks](network) | `[n, inputs]` | `activation(W x + b)`, layer by layer; gradient by backpropagation | 02 XOR and regions, 06 ensembles, 07 output nodes |
//! | [`Criterion`](network::Criterion) | [networks](network) | labels, `[n]` or `[n, outputs]`; `[n, outputs]` | any of the losses of a prediction, at a network's output | 07 output nodes, 16 MSE for classification |
//! | [`Sgd`](network::Sgd), [`Adam`](network::Adam) | [networks](network) | parameters, gradient | `p - rate g`, with momentum; `p - rate m / sqrt(v)` | 10 gradient steps |
//!
//! # The words of a loss
//!
//! Every loss answers to `each`, `mean`, `sum`, `gradient` (of the mean) and `mean_and_gradient`: see
//! [`loss`], which also shows a loss of your own, and samples that count more, less, or not at all.
//!
//! # What to rely on
//!
//! - The target comes before the prediction, everywhere. Arguments are a [`Vector`](loss::Vector) or a
//!   [`Matrix`](loss::Matrix) of `f64` (slices, vectors, arrays, views); labels are `&[usize]`.
//! - No public function panics, whatever the input. [`LossError`](error::LossError) says what is
//!   wrong, where, and what is allowed.
//! - Nothing is clipped: a probability of 0 for what does happen costs infinitely much.
//! - Results are right to about 13 digits for ordinary numbers and for the extremes that training
//!   meets: logits to 1e4, probabilities from 1e-300 to 1 - 1e-16, residuals to 1e150. The tests compare
//!   them with values computed to 50 digits.
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
pub mod data;
pub mod embedding;
pub mod error;
pub mod generation;
pub mod information;
pub mod loss;
pub mod network;
#[cfg(feature = "notebook")]
pub mod notebook;
mod numeric;
pub mod objective;
pub mod point_cloud;
pub mod preference;
pub mod prelude;
pub mod regression;
pub mod segmentation;
pub mod sequence;

// A notebook's kernel has to be able to name the types of a reader's variables.
pub use ndarray;
#[cfg(feature = "notebook")]
pub use {plotly, polars};

/// The README's examples run with the tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
