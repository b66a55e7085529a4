//! Activations, criteria, layers and whole networks.

use lossbook::ndarray::Axis;
use lossbook::network::Target;
use lossbook::prelude::*;

use super::Entry;
use super::difference::Probe;
use super::draw::Draw;

pub const WALKS: &[Entry] = &[
    ("network::Activation", "linear", |d| activation(d, Activation::LINEAR)),
    ("network::Activation", "step", |d| activation(d, Activation::STEP)),
    ("network::Activation", "sigmoid", |d| activation(d, Activation::SIGMOID)),
    ("network::Activation", "approximate sigmoid", |d| {
        activation(d, Activation::APPROXIMATE_SIGMOID)
    }),
    ("network::Activation", "tanh", |d| activation(d, Activation::TANH)),
    ("network::Activation", "ReLU", |d| activation(d, Activation::RELU)),
    ("network::Activation", "ReLU6", |d| activation(d, Activation::RELU6)),
    ("network::Activation", "leaky ReLU", |d| with_parameter(d, Activation::leaky_relu)),
    ("network::Activation", "PReLU", |d| with_parameter(d, Activation::prelu)),
    ("network::Activation", "PReLU's a", learnt),
    ("network::Activation", "RReLU", |d| with_parameter(d, |a| Activation::rrelu(a, a + 1.0))),
    ("network::Activation", "ELU", |d| with_parameter(d, Activation::elu)),
    ("network::Activation", "SELU", |d| activation(d, Activation::SELU)),
    ("network::Activation", "SELU, rounded", |d| activation(d, Activation::selu_rounded(2)?)),
    ("network::Criterion", "", criterion),
    ("network::Layer", "", |d| {
        let hidden = any_activation(d)?;
        network(d, hidden, 1)
    }),
    ("network::Network", "linear", |d| network(d, Activation::LINEAR, 3)),
    ("network::Network", "behind steps", |d| network(d, Activation::STEP, 3)),
    ("network::Network", "sigmoid", |d| network(d, Activation::SIGMOID, 3)),
    ("network::Network", "approximate sigmoid", |d| network(d, Activation::APPROXIMATE_SIGMOID, 3)),
    ("network::Network", "tanh", |d| network(d, Activation::TANH, 3)),
    ("network::Network", "ReLU", |d| network(d, Activation::RELU, 3)),
    ("network::Network", "ReLU6", |d| network(d, Activation::RELU6, 3)),
    ("network::Network", "leaky ReLU", |d| network(d, Activation::leaky_relu(0.1)?, 3)),
    ("network::Network", "PReLU", |d| network(d, Activation::prelu(0.25)?, 3)),
    ("network::Network", "RReLU", |d| network(d, Activation::rrelu(0.1, 0.3)?, 3)),
    ("network::Network", "ELU", |d| network(d, Activation::elu(0.7)?, 3)),
    ("network::Network", "SELU", |d| network(d, Activation::SELU, 3)),
];

/// Between which of the edges that any activation has a sum is.
fn piece(sum: f64) -> usize {
    const EDGES: [f64; 6] = [-5.8, -3.4, 0.0, 3.4, 5.8, 6.0];
    EDGES.iter().filter(|&&edge| sum > edge).count()
}

fn activation(draw: &mut Draw, activation: Activation) -> Result<Probe, LossError> {
    let n = draw.size(1..6);
    let x = draw.table(1, n, -8.0..8.0);
    let slopes = activation.derivatives(x.row(0))?.insert_axis(Axis(0));
    let value = move |tables: &[Array2<f64>]| Ok(activation.map(tables[0].row(0))?.sum());
    let here = value(std::slice::from_ref(&x))?;
    let probe = Probe::new([x], (here, [slopes]), value);
    Ok(probe.in_pieces(|tables| tables[0].iter().copied().map(piece).collect()))
}

fn with_parameter(
    draw: &mut Draw,
    make: fn(f64) -> Result<Activation, LossError>,
) -> Result<Probe, LossError> {
    let a = draw.number(0.01..2.0);
    activation(draw, make(a)?)
}

fn learnt(draw: &mut Draw) -> Result<Probe, LossError> {
    let (a, x) = (draw.number(-1.0..1.0), draw.number(-4.0..1.0));
    let prelu = Activation::prelu(a)?;
    let found = (prelu.value(x), [array![[prelu.derivative_in_learnt(x)]]]);
    let value = move |t: &[Array2<f64>]| Ok(Activation::prelu(t[0][[0, 0]])?.value(x));
    Ok(Probe::new([array![[a]]], found, value))
}

fn any_activation(draw: &mut Draw) -> Result<Activation, LossError> {
    Ok(match draw.size(0..6) {
        0 => Activation::LINEAR,
        1 => Activation::SIGMOID,
        2 => Activation::TANH,
        3 => Activation::RELU,
        4 => Activation::prelu(0.25)?,
        _ => Activation::SELU,
    })
}

/// What the outputs of a network are compared with.
enum Truth {
    Labels(Vec<usize>),
    Rows(Array2<f64>),
}

impl Truth {
    fn view(&self) -> Target<'_> {
        match self {
            Self::Labels(labels) => labels.into(),
            Self::Rows(rows) => rows.into(),
        }
    }

    /// On which side of every kink of every loss the outputs are.
    fn pieces(&self, outputs: &Array2<f64>) -> Vec<usize> {
        let beside = |value: f64| {
            usize::from(value > -1.0) + usize::from(value > 0.0) + usize::from(value > 1.0)
        };
        let mut pieces: Vec<usize> = outputs.iter().copied().map(beside).collect();
        for row in outputs.rows() {
            pieces.extend(row.iter().flat_map(|a| row.iter().map(move |b| beside(a - b))));
        }
        if let Self::Rows(rows) = self {
            pieces.extend((rows - outputs).iter().copied().map(beside));
        }
        pieces
    }
}

/// Any loss, its target for `n` samples, and how many outputs it reads.
fn any_loss(draw: &mut Draw, n: usize) -> Result<(Criterion, Truth, usize), LossError> {
    let classes = draw.size(2..4);
    let which = draw.size(0..12);
    let criterion = match which {
        0 => Criterion::regression(SquaredError),
        1 => Criterion::regression(AbsoluteError),
        2 => Criterion::regression(Huber::new(1.0)?),
        3 => Criterion::regression(SmoothL1::new(1.0)?),
        4 => Criterion::regression(LogCosh),
        5 => Criterion::regression(Quantile::new(draw.number(0.05..0.95))?),
        6 => Criterion::classes(CrossEntropy::from_logits()),
        7 => Criterion::classes(SoftmaxFocal::new(draw.number(0.0..3.0))?),
        8 => Criterion::classes(MultiHinge),
        9 => Criterion::binary(BinaryCrossEntropy::from_logits()),
        10 => Criterion::binary(BinaryFocal::new(draw.number(0.0..3.0))?),
        _ => Criterion::binary(Hinge),
    };
    let (target, outputs) = match which {
        0..6 => (Truth::Rows(draw.table(n, classes, -2.0..2.0)), classes),
        6..9 if draw.flag() => (Truth::Labels(draw.labels(n, classes)), classes),
        6..9 => (Truth::Rows(draw.shares(n, classes)), classes),
        _ => (Truth::Rows(draw.table(n, 1, 0.0..1.0)), 1),
    };
    Ok((criterion, target, outputs))
}

fn criterion(draw: &mut Draw) -> Result<Probe, LossError> {
    let n = draw.size(1..4);
    let (loss, target, outputs) = any_loss(draw, n)?;
    let prediction = draw.table(n, outputs, -3.0..3.0);
    let (mean, gradient) = loss.mean_and_gradient(target.view(), &prediction)?;
    let target = std::rc::Rc::new(target);
    let sides = target.clone();
    let value = move |tables: &[Array2<f64>]| loss.mean(target.view(), &tables[0]);
    let probe = Probe::new([prediction], (mean, [gradient]), value);
    Ok(probe.in_pieces(move |tables| sides.pieces(&tables[0])))
}

/// All the parameters of a network with this activation in its hidden layers, if it has any, or else
/// in its only layer; with any loss.
fn network(draw: &mut Draw, hidden: Activation, layers: usize) -> Result<Probe, LossError> {
    let (n, inputs) = (draw.size(1..4), draw.size(1..4));
    let (loss, target, outputs) = any_loss(draw, n)?;
    let network = if layers == 1 {
        let weights = draw.table(outputs, inputs, -1.0..1.0);
        Network::new(vec![Layer::new(&weights, &vec![0.0; outputs], hidden)?])?
    } else {
        Network::random(&[inputs, draw.size(1..4), draw.size(1..4), outputs], hidden, draw.seed())?
    };
    let parameters = draw.table(1, network.parameters().len(), -1.5..1.5);
    let network = network.with_parameters(parameters.row(0))?;
    let x = draw.table(n, inputs, -2.0..2.0);
    let (value, gradient) = network.mean_and_gradient(&loss, &x, target.view())?;
    let target = std::rc::Rc::new(target);
    let (again, samples, sides) = (network.clone(), x.clone(), target.clone());
    let gradient = gradient.insert_axis(Axis(0));
    let probe = Probe::new([parameters], (value, [gradient]), move |tables| {
        network.with_parameters(tables[0].row(0))?.mean(&loss, &x, target.view())
    });
    Ok(probe.in_pieces(move |tables| {
        let network = again.with_parameters(tables[0].row(0)).expect("as many");
        let mut pieces = Vec::new();
        let mut values = samples.clone();
        for layer in network.layers() {
            let sums = values.dot(&layer.weights().t()) + layer.bias();
            pieces.extend(sums.iter().copied().map(piece));
            values = sums.mapv(|sum| layer.activation().value(sum));
        }
        pieces.extend(sides.pieces(&values));
        pieces
    }))
}
