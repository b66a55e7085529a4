//! Written from notebooks/13_information.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn surprise_in_bits() -> crate::Worked {
    use lossbook::prelude::*;

    let p = [1.0, 0.99, 0.5, 0.4, 0.25, 0.125, 0.0];
    let mut bits: Vec<f64> = Vec::new();
    for &p in &p {
        bits.push(self_information(p)?.bits());
    }
    crate::shown(&Table::new().numbers("p", &p).numbers("self-information (bits)", &bits))?;

    let p = Array1::linspace(0.01, 1.0, 100);
    let ana = self_information(0.4)?.bits();
    let ben = self_information(0.99)?.bits();
    crate::shown(
        &Chart::new("The less likely the message, the more it tells")
            .x("probability of what happened")
            .y("self-information (bits)")
            .line("-log2 p", &p, &p.mapv(|p: f64| -p.log2()))
            .points("Ana passed", &[0.4], &[ana])
            .points("Ben passed", &[0.99], &[ben]),
    )?;

    crate::shown(&[
        lecture("information/self/p-0.4", self_information(0.4)?.bits()),
        lecture("information/self/p-0.99", self_information(0.99)?.bits()),
    ])?;

    Ok(())
}

#[test]
fn entropy_the_average_surprise() -> crate::Worked {
    use lossbook::prelude::*;

    let p: Array1<f64> = array![0.4, 0.6, 0.99, 0.01];
    let surprise = p.mapv(|p| -p.log2());
    crate::shown(&df![
        "outcome" => ["Ana passes", "Ana fails", "Ben passes", "Ben fails"],
        "p" => p.to_vec(),
        "surprise (bits)" => surprise.to_vec(),
        "p times surprise (bits)" => (&p * &surprise).to_vec(),
    ]?)?;

    crate::shown(&[
        lecture("entropy/pupil-a", entropy(&[0.4, 0.6])?.bits()),
        lecture("entropy/pupil-b", entropy(&[0.99, 0.01])?.bits()),
    ])?;

    let p = Array1::linspace(0.0, 1.0, 101);
    let mut h: Vec<f64> = Vec::new();
    for &p in &p {
        h.push(binary_entropy(p)?.bits());
    }
    crate::shown(
        &Chart::new("A coin is least certain when it is fair")
            .x("p, the probability of heads, or of a pass")
            .y("entropy (bits)")
            .line("entropy of a coin", &p, &h)
            .points("Ana", &[0.4], &[binary_entropy(0.4)?.bits()])
            .points("Ben", &[0.99], &[binary_entropy(0.99)?.bits()])
            .vertical(0.5, "fair coin")
            .y_range(0.0, 1.2),
    )?;

    let mut fairest = 0.0;
    let mut highest = 0.0;
    for (&p, &h) in p.iter().zip(&h) {
        if h > highest {
            (fairest, highest) = (p, h);
        }
    }
    crate::shown(&lecture("entropy/coin/largest-at", fairest))?;

    Ok(())
}

#[test]
fn three_shapes_five_outcomes() -> crate::Worked {
    use lossbook::prelude::*;

    let mark = ["1", "2", "3", "4", "5"];
    let broad = [0.1, 0.15, 0.5, 0.15, 0.1];
    let narrow = [0.01, 0.09, 0.8, 0.09, 0.01];
    let uniform = [0.2; 5];
    crate::shown(
        &Chart::new("The flatter the distribution, the harder it is to guess a mark")
            .x("mark")
            .y("probability")
            .bars("broad", &mark, &broad)
            .bars("narrow", &mark, &narrow)
            .bars("uniform", &mark, &uniform),
    )?;

    let h = [entropy(&broad)?.bits(), entropy(&narrow)?.bits(), entropy(&uniform)?.bits()];
    crate::shown(
        &Table::new()
            .labels("class", &["broad", "narrow", "uniform"])
            .numbers("entropy (bits)", &h)
            .numbers("like so many equal marks", &h.map(|bits| bits.exp2())),
    )?;

    crate::shown(&[
        lecture("entropy/five/broad", h[0]),
        lecture("entropy/five/narrow", h[1]),
        lecture("entropy/five/uniform", h[2]),
        lecture("entropy/five/one-name", h[0] == h[1]),
    ])?;

    Ok(())
}

#[test]
fn two_models_one_error_rate() -> crate::Worked {
    use lossbook::prelude::*;

    let labels: [usize; 4] = [0, 1, 0, 2];
    let model_1: Array2<f64> =
        array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
    let model_2: Array2<f64> =
        array![[0.7, 0.1, 0.2], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0], [0.4, 0.3, 0.3]];
    crate::shown(
        &Table::new()
            .labels("label", &labels.map(|class| ["male", "female", "other"][class]))
            .numbers("1: male", model_1.column(0))
            .numbers("1: female", model_1.column(1))
            .numbers("1: other", model_1.column(2))
            .numbers("2: male", model_2.column(0))
            .numbers("2: female", model_2.column(1))
            .numbers("2: other", model_2.column(2)),
    )?;

    let wrong_1 = error_rate(&labels, &decide(&model_1)?)?;
    let wrong_2 = error_rate(&labels, &decide(&model_2)?)?;
    crate::shown(&[
        lecture("error-rate/model-1", wrong_1),
        lecture("error-rate/model-2", wrong_2),
        lecture("error-rate/definition", wrong_1),
    ])?;

    let mut given_1: Vec<f64> = Vec::new();
    let mut given_2: Vec<f64> = Vec::new();
    for (i, &class) in labels.iter().enumerate() {
        given_1.push(model_1[[i, class]]);
        given_2.push(model_2[[i, class]]);
    }
    let sample = ["1: male", "2: female", "3: male", "4: other"];
    crate::shown(
        &Chart::new("Model 2 gave every true class more, and the error rate can't see it")
            .x("sample and its label")
            .y("probability of the true class")
            .bars("model 1", &sample, &given_1)
            .bars("model 2", &sample, &given_2),
    )?;

    Ok(())
}

#[test]
fn cross_entropy_tells_them_apart() -> crate::Worked {
    use lossbook::prelude::*;

    let y = one_hot(&[0, 1, 0, 2], 3)?;
    crate::shown(
        &Table::new()
            .labels("label", &["male", "female", "male", "other"])
            .numbers("male", y.column(0))
            .numbers("female", y.column(1))
            .numbers("other", y.column(2)),
    )?;

    crate::shown(&lecture("one-hot/samples", &y))?;

    let model_1: Array2<f64> =
        array![[0.4, 0.3, 0.3], [0.3, 0.4, 0.3], [0.5, 0.2, 0.3], [0.8, 0.1, 0.1]];
    let model_2: Array2<f64> =
        array![[0.7, 0.1, 0.2], [0.1, 0.8, 0.1], [0.9, 0.1, 0.0], [0.4, 0.3, 0.3]];
    let mut bits_1: Vec<f64> = Vec::new();
    let mut bits_2: Vec<f64> = Vec::new();
    for i in 0..4 {
        bits_1.push(cross_entropy(y.row(i), model_1.row(i))?.bits());
        bits_2.push(cross_entropy(y.row(i), model_2.row(i))?.bits());
    }
    let sample = ["1: male", "2: female", "3: male", "4: other"];
    crate::shown(
        &Chart::new("Sample by sample, model 2 is less surprised by the truth")
            .x("sample and its label")
            .y("cross-entropy (bits)")
            .bars("model 1", &sample, &bits_1)
            .bars("model 2", &sample, &bits_2),
    )?;

    crate::shown(&[
        lecture("cross-entropy/model-1/data-1", bits_1[0]),
        lecture("cross-entropy/model-1/data-4", bits_1[3]),
        lecture("cross-entropy/model-1/sum", bits_1.iter().sum::<f64>()),
        lecture("cross-entropy/model-2/sum", bits_2.iter().sum::<f64>()),
    ])?;

    let sum_1 = Information::from_bits(bits_1.iter().sum());
    let sum_2 = Information::from_bits(bits_2.iter().sum());
    crate::shown(
        &Table::new()
            .labels("", &["model 1", "model 2"])
            .numbers("sum (bits)", &[sum_1.bits(), sum_2.bits()])
            .numbers("sum (nats)", &[sum_1.nats(), sum_2.nats()])
            .numbers("bits in a nat", &[sum_1.bits() / sum_1.nats(), sum_2.bits() / sum_2.nats()])
            .numbers("mean (nats)", &[sum_1.nats() / 4.0, sum_2.nats() / 4.0]),
    )?;

    let label = [0.0, 0.0, 1.0];
    let belief = [0.9, 0.1, 0.0];
    crate::shown(&cross_entropy(&label, &belief)?.bits())?;

    Ok(())
}

#[test]
fn a_code_for_the_wrong_valley() -> crate::Worked {
    use lossbook::prelude::*;

    let valley = [0.5, 0.25, 0.125, 0.125];
    let mountain = [0.125, 0.5, 0.125, 0.25];
    crate::shown(&df![
        "weather" => ["sun", "cloud", "rain", "snow"],
        "p in the valley" => valley,
        "valley's code" => ["0", "10", "110", "111"],
        "p on the mountain" => mountain,
        "mountain's code" => ["110", "0", "111", "10"],
    ]?)?;

    let weather = ["sun", "cloud", "rain", "snow"];
    crate::shown(
        &Chart::new("Each code is short where its own weather is frequent")
            .x("weather")
            .y("length of the code word (bits)")
            .bars("valley's code", &weather, &valley.map(|p: f64| -p.log2()))
            .bars("mountain's code", &weather, &mountain.map(|p: f64| -p.log2())),
    )?;

    let needed = [entropy(&valley)?.bits(), entropy(&mountain)?.bits()];
    let in_valley = cross_entropy(&valley, &mountain)?.bits();
    let on_mountain = cross_entropy(&mountain, &valley)?.bits();
    let wasted_in_valley = kl_divergence(&valley, &mountain)?.bits();
    let wasted_on_mountain = kl_divergence(&mountain, &valley)?.bits();
    crate::shown(
        &Table::new()
            .labels("station with the other's code", &["valley", "mountain"])
            .numbers("needed: entropy (bits)", &needed)
            .numbers("paid: cross-entropy (bits)", &[in_valley, on_mountain])
            .numbers("wasted: KL (bits)", &[wasted_in_valley, wasted_on_mountain]),
    )?;

    Ok(())
}

#[test]
fn the_price_of_a_wrong_belief() -> crate::Worked {
    use lossbook::prelude::*;

    let p = [0.4, 0.6];
    let q = [0.0, 0.1, 0.25, 0.4, 0.5, 0.75, 0.9, 1.0];
    let h = [entropy(&p)?.bits(); 8];
    let mut ce: Vec<f64> = Vec::new();
    let mut kl: Vec<f64> = Vec::new();
    for &q in &q {
        ce.push(cross_entropy(&p, &[q, 1.0 - q])?.bits());
        kl.push(kl_divergence(&p, &[q, 1.0 - q])?.bits());
    }
    crate::shown(
        &Table::new()
            .numbers("q", &q)
            .numbers("entropy (bits)", &h)
            .numbers("cross-entropy (bits)", &ce)
            .numbers("KL (bits)", &kl),
    )?;

    let q = Array1::linspace(0.02, 0.98, 97);
    let h = Array1::from_elem(97, entropy(&[0.4, 0.6])?.bits());
    let ce = q.mapv(|q: f64| -0.4 * q.log2() - 0.6 * (1.0 - q).log2());
    let kl = &ce - &h;

    crate::shown(
        &slider("q", &[0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95], |now| {
            let (p, belief) = ([0.4, 0.6], [now, 1.0 - now]);
            let needed = entropy(&p)?.bits();
            let paid = cross_entropy(&p, &belief)?.bits();
            let wasted = kl_divergence(&p, &belief)?.bits();
            let curves = Chart::new("The lowest price is at the true p = 0.4")
                .x("q, the believed probability of a pass")
                .y("bits per exam")
                .line("cross-entropy", &q, &ce)
                .line("entropy", &q, &h)
                .line("KL", &q, &kl)
                .vertical(now, "q");
            let (parts, bits) = (["entropy", "KL", "cross-entropy"], [needed, wasted, paid]);
            let bars = Chart::new("Paid is needed plus wasted")
                .x("part of the price, at this q")
                .y("bits per exam")
                .bars("price at this q", &parts, &bits);
            Ok(side_by_side([&curves, &bars]))
        })
        .starting_at(0.8),
    )?;

    let two = [0.5, 0.5, 0.0];
    let three = [0.4, 0.4, 0.2];
    crate::shown(
        &Table::new()
            .labels("what happens", &["two", "three", "either"])
            .labels("what is believed", &["three", "two", "their middle"])
            .labels("divergence", &["KL", "KL", "Jensen-Shannon"])
            .numbers(
                "bits",
                &[
                    kl_divergence(&two, &three)?.bits(),
                    kl_divergence(&three, &two)?.bits(),
                    js_divergence(&two, &three)?.bits(),
                ],
            ),
    )?;

    Ok(())
}

#[test]
fn which_question_first() -> crate::Worked {
    use lossbook::prelude::*;

    let days = data::play_tennis();
    crate::shown(
        &Table::new()
            .labels("outlook", days.outlook.values)
            .labels("temperature", days.temperature.values)
            .labels("humidity", days.humidity.values)
            .labels("wind", days.wind.values)
            .labels("play", days.play.values),
    )?;

    fn of(yes: u64, no: u64) -> Result<Information, LossError> {
        entropy_of_counts(&[yes, no])
    }
    let (all, sunny, overcast, rain) = (of(9, 5)?, of(2, 3)?, of(4, 0)?, of(3, 2)?);
    let within = (sunny * 5.0 + overcast * 4.0 + rain * 5.0) / 14.0;
    crate::shown(
        &Table::new()
            .labels("days", &["all", "sunny", "overcast", "rain", "mean of the three"])
            .counts("how many", &[14, 5, 4, 5, 14])
            .numbers(
                "entropy of play (bits)",
                &[all.bits(), sunny.bits(), overcast.bits(), rain.bits(), within.bits()],
            ),
    )?;

    let days = data::play_tennis();
    let mut question: Vec<&str> = Vec::new();
    let mut gain: Vec<f64> = Vec::new();
    for column in days.questions() {
        question.push(column.name);
        gain.push(information_gain(&days.play.labels, &column.labels)?.bits());
    }
    crate::shown(
        &Chart::new("Ask for the outlook: it tells most about play")
            .x("question")
            .y("information gain (bits)")
            .bars("information gain", &question, &gain),
    )?;

    let passed: [usize; 5] = [0, 1, 0, 0, 1];
    crate::shown(&lecture("information/gain-name", information_gain(&passed, &passed)?.bits()))?;

    Ok(())
}

#[test]
fn the_question_that_gains_everything() -> crate::Worked {
    use lossbook::prelude::*;

    let days = data::play_tennis();
    let number: Vec<usize> = (1..=14).collect();
    let mut question = vec!["day number"];
    let mut gain = vec![information_gain(&days.play.labels, &number)?.bits()];
    // What an answer tells about itself is its whole entropy.
    let mut cost = vec![information_gain(&number, &number)?.bits()];
    let mut ratio = vec![gain_ratio(&days.play.labels, &number)?];
    for column in days.questions() {
        question.push(column.name);
        gain.push(information_gain(&days.play.labels, &column.labels)?.bits());
        cost.push(information_gain(&column.labels, &column.labels)?.bits());
        ratio.push(gain_ratio(&days.play.labels, &column.labels)?);
    }
    crate::shown(
        &Table::new()
            .labels("question", &question)
            .numbers("gain (bits)", &gain)
            .numbers("entropy of the answer (bits)", &cost)
            .numbers("gain ratio", &ratio),
    )?;

    let outlook = information_gain(&days.play.labels, &days.outlook.labels)?.bits();
    let boxes = Array1::linspace(1.0, 14.0, 14);
    let mut gain: Vec<f64> = Vec::new();
    for k in 1..=14 {
        let dealt: Vec<usize> = (0..14).map(|day| day % k).collect();
        gain.push(information_gain(&days.play.labels, &dealt)?.bits());
    }
    crate::shown(
        &Chart::new("With enough boxes, a meaningless question beats every real one")
            .x("number of boxes the days are dealt into")
            .y("information gain (bits)")
            .points("gain of the deal", &boxes, &gain)
            .horizontal(outlook, "outlook"),
    )?;

    Ok(())
}

#[test]
fn self_information_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_self_information(p: f64) -> f64 {
        todo!("the surprise of an outcome with probability p, in bits")
    }

    crate::not_yet(&exercises::information::self_information(my_self_information))
}

#[test]
fn self_information_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_self_information(p: f64) -> f64 {
        -p.log2()
    }

    crate::passed(&exercises::information::self_information(my_self_information))
}

#[test]
fn entropy_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_entropy(p: &[f64]) -> f64 {
        todo!("the mean surprise over all outcomes, in bits")
    }

    crate::not_yet(&exercises::information::entropy(my_entropy))
}

#[test]
fn entropy_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_entropy(p: &[f64]) -> f64 {
        let happening = p.iter().filter(|&&p| p > 0.0);
        happening.map(|p| -p * p.log2()).sum()
    }

    crate::passed(&exercises::information::entropy(my_entropy))
}

#[test]
fn information_gain_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_information_gain(labels: &[usize], branches: &[usize]) -> f64 {
        todo!("entropy of all labels, minus the mean entropy within the branches")
    }

    crate::not_yet(&exercises::information::information_gain(my_information_gain))
}

#[test]
fn information_gain_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_information_gain(labels: &[usize], branches: &[usize]) -> f64 {
        let mut answers = branches.to_vec();
        answers.sort();
        answers.dedup();
        let mut gain = entropy_of_labels(labels);
        for answer in answers {
            let mut inside: Vec<usize> = Vec::new();
            for (&label, &branch) in labels.iter().zip(branches) {
                if branch == answer {
                    inside.push(label);
                }
            }
            gain -= inside.len() as f64 / labels.len() as f64 * entropy_of_labels(&inside);
        }
        gain
    }

    /// The mean surprise: each sample is as surprising as its label is rare.
    fn entropy_of_labels(labels: &[usize]) -> f64 {
        let n = labels.len() as f64;
        let mut sum = 0.0;
        for label in labels {
            let alike = labels.iter().filter(|&other| other == label).count() as f64;
            sum -= (alike / n).log2();
        }
        sum / n
    }

    crate::passed(&exercises::information::information_gain(my_information_gain))
}
