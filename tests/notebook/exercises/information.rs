use lossbook::notebook::exercises::information;

use super::{each_is_not_yet, each_is_refused, each_passes};

fn entropy_in_bits(p: &[f64]) -> f64 {
    p.iter().filter(|&&p| p > 0.0).map(|&p| -p * p.log2()).sum()
}

fn kl_in_bits(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(&p, &q)| if p > 0.0 { p * (p / q).log2() } else { 0.0 }).sum()
}

fn counts_of(labels: &[usize], branches: &[usize], branch: usize) -> [usize; 2] {
    let mut counts = [0, 0];
    for (label, _) in labels.iter().zip(branches).filter(|(_, b)| **b == branch) {
        counts[*label] += 1;
    }
    counts
}

fn size(counts: &[usize; 2]) -> f64 {
    (counts[0] + counts[1]) as f64
}

fn entropy_of_pair(counts: &[usize; 2]) -> f64 {
    entropy_in_bits(&counts.map(|count| count as f64 / size(counts)))
}

fn all_of(counts: &[[usize; 2]]) -> [usize; 2] {
    [0, 1].map(|label| counts.iter().map(|branch| branch[label]).sum())
}

fn gain(counts: &[[usize; 2]]) -> f64 {
    let within = |branch| size(branch) * entropy_of_pair(branch);
    let all = all_of(counts);
    entropy_of_pair(&all) - counts.iter().map(within).sum::<f64>() / size(&all)
}

#[test]
fn an_untouched_stub_is_not_yet() {
    each_is_not_yet([
        information::self_information(|_| todo!()),
        information::entropy(|_| todo!()),
        information::kl(|_, _| todo!()),
        information::counts(|_, _, _| todo!()),
        information::information_gain(|_| todo!()),
        information::question(|| todo!()),
    ]);
}

#[test]
fn a_right_answer_passes() {
    each_passes([
        information::self_information(|p| -p.log2()),
        information::entropy(entropy_in_bits),
        information::kl(kl_in_bits),
        information::counts(counts_of),
        information::information_gain(gain),
        information::question(|| ["rain", "order number"]),
    ]);
}

#[test]
fn a_plausible_wrong_answer_is_refused() {
    each_is_refused([
        ("the natural logarithm", information::self_information(|p| -p.ln())),
        ("the logarithm to the base 10", information::self_information(|p| -p.log10())),
        ("the sign", information::self_information(f64::log2)),
        ("weighed by p", information::self_information(|p| -p * p.log2())),
        ("1 - p", information::self_information(|p| -(1.0 - p).log2())),
        ("clipped", information::self_information(|p| -p.max(1e-7).log2())),
        ("0 at p = 0", information::self_information(|p| if p == 0.0 { 0.0 } else { -p.log2() })),
        ("NaN at p = 0", information::entropy(|p| p.iter().map(|p| -p * p.log2()).sum())),
        (
            "the natural logarithm",
            information::entropy(|p| p.iter().filter(|p| **p > 0.0).map(|p| -p * p.ln()).sum()),
        ),
        (
            "the mean of -log2 p",
            information::entropy(|p| {
                p.iter().filter(|p| **p > 0.0).map(|p| -p.log2()).sum::<f64>() / p.len() as f64
            }),
        ),
        ("log2 of how many there are", information::entropy(|p| (p.len() as f64).log2())),
        ("the sign", information::entropy(|p| -entropy_in_bits(p))),
        ("the other way round", information::kl(|p, q| kl_in_bits(q, p))),
        ("the sign", information::kl(|p, q| -kl_in_bits(p, q))),
        ("the natural logarithm", information::kl(|p, q| kl_in_bits(p, q) * 2_f64.ln())),
        (
            "NaN at p = 0",
            information::kl(|p, q| p.iter().zip(q).map(|(p, q)| p * (p / q).log2()).sum()),
        ),
        (
            "q = 0 left out",
            information::kl(|p, q| {
                let both = p.iter().zip(q).filter(|(p, q)| **p > 0.0 && **q > 0.0);
                both.map(|(p, q)| p * (p / q).log2()).sum()
            }),
        ),
        ("the cross-entropy", information::kl(|p, q| kl_in_bits(p, q) + entropy_in_bits(p))),
        (
            "all samples",
            information::counts(|labels, branches, _| {
                counts_of(labels, &vec![0; branches.len()], 0)
            }),
        ),
        (
            "the labels swapped",
            information::counts(|labels, branches, branch| {
                let [no, yes] = counts_of(labels, branches, branch);
                [yes, no]
            }),
        ),
        (
            "the size of the branch",
            information::counts(|labels, branches, branch| {
                let [no, yes] = counts_of(labels, branches, branch);
                [no + yes, yes]
            }),
        ),
        (
            "the labels' entropy",
            information::information_gain(|counts| entropy_of_pair(&all_of(counts))),
        ),
        (
            "the natural logarithm",
            information::information_gain(|counts| gain(counts) * 2_f64.ln()),
        ),
        (
            "branches not weighed",
            information::information_gain(|counts| {
                let mean = counts.iter().map(entropy_of_pair).sum::<f64>() / counts.len() as f64;
                entropy_of_pair(&all_of(counts)) - mean
            }),
        ),
        (
            "what is still missing",
            information::information_gain(|counts| entropy_of_pair(&all_of(counts)) - gain(counts)),
        ),
        (
            "NaN in an empty branch",
            information::information_gain(|counts| {
                let within = |branch: &[usize; 2]| {
                    let shares = branch.map(|count| count as f64 / size(branch));
                    let occurring = shares.iter().filter(|share| **share != 0.0);
                    size(branch) * occurring.map(|p| -p * p.log2()).sum::<f64>()
                };
                let all = all_of(counts);
                entropy_of_pair(&all) - counts.iter().map(within).sum::<f64>() / size(&all)
            }),
        ),
        (
            "two branches only",
            information::information_gain(|counts| {
                let within = |branch| size(branch) * entropy_of_pair(branch);
                let all = all_of(counts);
                entropy_of_pair(&all) - counts.iter().take(2).map(within).sum::<f64>() / size(&all)
            }),
        ),
        ("the trap asked", information::question(|| ["order number", "rain"])),
        ("a weaker question", information::question(|| ["courier", "order number"])),
        ("no such column", information::question(|| ["wind", "order number"])),
        ("no trap", information::question(|| ["rain", "paid by"])),
    ]);
}
