//! Written from notebooks/13_information.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn surprise_in_bits() -> crate::Worked {
    use lossbook::prelude::*;

    crate::shown(
        &df!["p" => [1.0, 0.99, 0.5, 0.4, 0.25, 0.125, 0.0]]?
            .lazy()
            .with_columns([(lit(0.0) - col("p").log(lit(2.0))).alias("surprise (bits)")])
            .collect()?,
    )?;

    let p = Array1::linspace(0.01, 1.0, 100);
    let (ana, ben) = (self_information(0.4)?.bits(), self_information(0.99)?.bits());
    crate::shown(
        &Chart::new("The less likely the message, the more it tells")
            .x("probability of what happened")
            .y("self-information (bits)")
            .line("-log2 p", &p, &p.mapv(|p: f64| -p.log2()))
            .points("Ana passed", &[0.4], &[ana])
            .points("Ben passed", &[0.99], &[ben]),
    )?;

    Ok(())
}

#[test]
fn entropy_the_average_surprise() -> crate::Worked {
    use lossbook::prelude::*;

    let table = df![
        "pupil" => ["Ana", "Ana", "Ben", "Ben"],
        "outcome" => ["passes", "fails", "passes", "fails"],
        "p" => [0.4, 0.6, 0.99, 0.01],
    ]?;
    let table = table
        .lazy()
        .with_columns([(-col("p").log(lit(2.0))).alias("surprise")])
        .with_columns([(col("p") * col("surprise")).alias("p times surprise")])
        .with_columns([col("p times surprise").sum().over([col("pupil")])?.alias("entropy (bits)")])
        .collect()?;
    crate::shown(&table)?;

    fn weighed(p: f64) -> f64 {
        if p > 0.0 { -p * p.log2() } else { 0.0 }
    }
    let p: Vec<f64> = (0..=50).map(|i| i as f64 / 50.0).collect();
    let h: Vec<f64> = p.iter().map(|&p| weighed(p) + weighed(1.0 - p)).collect();

    crate::shown(
        &slider("probability of heads", &p, |now| {
            let parts = [weighed(now), weighed(1.0 - now)];
            let curve = Chart::new("The entropy of a coin")
                .x("probability of heads")
                .y("entropy (bits)")
                .line("entropy of a coin", &p, &h)
                .points("this coin", &[now], &[parts[0] + parts[1]]);
            let bars = Chart::new("What each side contributes")
                .x("outcome")
                .y("p times surprise (bits)")
                .bars("p times surprise", &["heads", "tails"], &parts);
            Ok(side_by_side([&curve, &bars]))
        })
        .starting_at(0.1),
    )?;

    use ndarray_stats::QuantileExt;
    let fairest = p[Array1::from(h.clone()).argmax()?];
    let in_nats = -0.4 * 0.4_f64.ln() - 0.6 * 0.6_f64.ln();
    let entropy_follows = binary_entropy(0.01)? > binary_entropy(0.4)?;
    crate::shown(&[
        lecture("information/self/p-0.4", self_information(0.4)?.bits()),
        lecture("information/self/p-0.99", self_information(0.99)?.bits()),
        lecture("entropy/pupil-a", entropy(&[0.4, 0.6])?.bits()),
        lecture("entropy/pupil-b", entropy(&[0.99, 0.01])?.bits()),
        lecture("entropy/coin/largest-at", fairest),
        lecture("entropy/log-base", (in_nats - 0.971).abs() < 0.0005),
        lecture("information/same-conclusion", entropy_follows),
    ])?;

    Ok(())
}

#[test]
fn three_shapes_five_outcomes() -> crate::Worked {
    use lossbook::prelude::*;

    let broad = [0.1, 0.15, 0.5, 0.15, 0.1];
    let narrow = [0.01, 0.09, 0.8, 0.09, 0.01];
    let uniform = [0.2; 5];
    let mark = ["1", "2", "3", "4", "5"];
    crate::shown(
        &Chart::new("The marks of three classes")
            .x("mark")
            .y("probability")
            .bars("broad", &mark, &broad)
            .bars("narrow", &mark, &narrow)
            .bars("uniform", &mark, &uniform),
    )?;

    use ndarray_stats::EntropyExt;
    use statrs::distribution::Categorical;
    use statrs::statistics::Distribution;
    let classes = [broad, narrow, uniform];
    let (mut ours, mut ndarray_stats, mut statrs) = ([0.0; 3], [0.0; 3], [0.0; 3]);
    for (i, p) in classes.iter().enumerate() {
        ours[i] = entropy(p)?.nats();
        ndarray_stats[i] = array![p[0], p[1], p[2], p[3], p[4]].entropy()?;
        statrs[i] = Categorical::new(p)?.entropy().unwrap_or(f64::NAN);
    }
    let h = classes.map(|p| p.iter().map(|p| -p * p.log2()).sum::<f64>());
    crate::shown(
        &df!["class" => ["broad", "narrow", "uniform"], "the sum (bits)" => h, "like so many equal marks" => h.map(f64::exp2),
"lossbook (nats)" => ours, "ndarray-stats (nats)" => ndarray_stats, "statrs (nats)" => statrs]?,
    )?;

    crate::shown(&[
        lecture("entropy/five/broad", entropy(&broad)?.bits()),
        lecture("entropy/five/narrow", entropy(&narrow)?.bits()),
        lecture("entropy/five/uniform", entropy(&uniform)?.bits()),
        lecture("entropy/five/one-name", broad == narrow),
    ])?;

    Ok(())
}

#[test]
fn a_code_for_the_wrong_valley() -> crate::Worked {
    use lossbook::prelude::*;

    let valley: [f64; 4] = [0.5, 0.25, 0.125, 0.125];
    let mountain: [f64; 4] = [0.125, 0.5, 0.125, 0.25];
    let (in_valley, on_mountain) = (["0", "10", "110", "111"], ["110", "0", "111", "10"]);
    crate::shown(&df![
        "weather" => ["sun", "cloud", "rain", "snow"],
        "p in the valley" => valley,
        "its code" => in_valley,
        "digits" => in_valley.map(str::len),
        "p on the mountain" => mountain,
        "the mountain's code" => on_mountain,
        "the mountain's digits" => on_mountain.map(str::len),
    ]?)?;

    let needed: f64 = valley.iter().map(|p| -p * p.log2()).sum();
    let paid: f64 = valley.iter().zip(&mountain).map(|(p, q)| -p * q.log2()).sum();
    let wasted: f64 = valley.iter().zip(&mountain).map(|(p, q)| p * (p / q).log2()).sum();
    let h = [entropy(&valley)?, entropy(&mountain)?];
    let ce = [cross_entropy(&valley, &mountain)?, cross_entropy(&mountain, &valley)?];
    let kl = [kl_divergence(&valley, &mountain)?, kl_divergence(&mountain, &valley)?];
    crate::shown(&df![
        "station with the other's code" => ["valley, in plain Rust", "valley", "mountain"],
        "needed: entropy (bits)" => [needed, h[0].bits(), h[1].bits()],
        "paid: cross-entropy (bits)" => [paid, ce[0].bits(), ce[1].bits()],
        "wasted: KL (bits)" => [wasted, kl[0].bits(), kl[1].bits()],
    ]?)?;

    let (sun, cloud, rain, snow) = (0, 1, 2, 3);
    let hours = [sun, cloud, sun, sun, rain, cloud, sun, snow];
    let likelihood: f64 = hours.iter().map(|&weather| mountain[weather]).product();
    crate::shown(&df![
        "likelihood" => [likelihood],
        "-log2 of it, per hour" => [-likelihood.log2() / 8.0],
        "cross-entropy (bits)" => [cross_entropy(&valley, &mountain)?.bits()],
    ]?)?;

    Ok(())
}

#[test]
fn the_price_of_a_wrong_belief() -> crate::Worked {
    use lossbook::prelude::*;

    let (ana, q) = ([0.4, 0.6], (0..=50).map(|i| i as f64 / 50.0).collect::<Vec<f64>>());
    let h = entropy(&ana)?.bits();
    let (pass, fail) = (col("q").log(lit(2.0)), (lit(1.0) - col("q")).log(lit(2.0)));
    let price = df!["q" => &q]?
        .lazy()
        .with_columns([(lit(-0.4) * pass - lit(0.6) * fail).alias("cross-entropy (bits)")])
        .with_columns([(col("cross-entropy (bits)") - lit(h)).alias("KL (bits)")])
        .collect()?;
    let paid = price.column("cross-entropy (bits)")?.numbers()?;
    let wasted = price.column("KL (bits)")?.numbers()?;
    crate::shown(&price)?;

    crate::shown(&slider("q", &q[1..50], |now| {
        let belief = [now, 1.0 - now];
        let bits = [h, kl_divergence(&ana, &belief)?.bits(), cross_entropy(&ana, &belief)?.bits()];
        let curves = Chart::new("The price of believing q, when p = 0.4")
            .x("q, the believed probability of a pass")
            .y("bits per exam")
            .line("cross-entropy", &q, &paid)
            .line("KL", &q, &wasted)
            .vertical(now, "q");
        let bars = Chart::new("Paid is needed plus wasted")
            .x("part of the price, at this q")
            .y("bits per exam")
            .bars("price", &["entropy", "KL", "cross-entropy"], &bits);
        Ok(side_by_side([&curves, &bars]))
    }))?;

    Ok(())
}

#[test]
fn ruling_out_and_leaving_room() -> crate::Worked {
    use lossbook::prelude::*;

    use ndarray_stats::EntropyExt;
    let happens =
        [array![0.5, 0.5, 0.0], array![0.4, 0.4, 0.2], array![1e-310, 1.0], array![0.5, 0.5]];
    let belief = [array![0.4, 0.4, 0.2], array![0.5, 0.5, 0.0], array![0.5, 0.5], array![0.9, 0.9]];
    let mut ours: Vec<Option<f64>> = Vec::new();
    let mut theirs: Vec<Option<f64>> = Vec::new();
    for (p, q) in happens.iter().zip(&belief) {
        ours.push(kl_divergence(p, q).ok().map(|kl| kl.nats()));
        theirs.push(p.kl_divergence(q).ok());
    }
    crate::shown(&df![
        "belief" => ["leaves room", "rules out", "tiny p", "sums to 1.8"],
        "KL, lossbook (nats)" => &ours,
        "KL, ndarray-stats (nats)" => &theirs,
    ]?)?;

    let (fair, q) = ([0.5, 0.5], Array1::linspace(0.0, 1.0, 201));
    let (mut forth, mut back, mut js) = (q.clone(), q.clone(), q.clone());
    for (i, &heads) in q.iter().enumerate() {
        let bent = [heads, 1.0 - heads];
        forth[i] = kl_divergence(&fair, &bent)?.bits();
        back[i] = kl_divergence(&bent, &fair)?.bits();
        js[i] = js_divergence(&fair, &bent)?.bits();
    }
    crate::shown(
        &Chart::new("How far is a bent coin from a fair one?")
            .x("probability of heads of the bent coin q")
            .y("divergence (bits)")
            .line("KL(p ‖ q)", &q, &forth)
            .line("KL(q ‖ p)", &q, &back)
            .line("Jensen-Shannon", &q, &js)
            .y_range(0.0, 2.5),
    )?;

    Ok(())
}

#[test]
fn which_question_first() -> crate::Worked {
    use lossbook::prelude::*;

    let days = data::play_tennis();
    let table = df![
        "outlook" => days.outlook.values,
        "temperature" => days.temperature.values,
        "humidity" => days.humidity.values,
        "wind" => days.wind.values,
        "play" => days.play.values,
    ]?;
    crate::shown(&table)?;

    let counts = table
        .clone()
        .lazy()
        .group_by_stable([col("outlook"), col("play")])
        .agg([col("wind").count().alias("days")])
        .with_columns([(col("days") * lit(1.0)).alias("share")])
        .with_columns([col("share") / col("share").sum().over([col("outlook")])?])
        .collect()?;
    crate::shown(&counts)?;

    let plays =
        table.clone().lazy().group_by([col("play")]).agg([col("wind").count()]).collect()?;
    let n = plays.column("wind")?.numbers()?;
    let before = entropy(&(&n / n.sum()))?.bits();
    let h = "entropy of play";
    let within = counts
        .clone()
        .lazy()
        .group_by_stable([col("outlook")])
        .agg([col("days").sum(), (-col("share") * col("share").log(lit(2.0))).sum().alias(h)])
        .with_columns([
            ((col("days") * col(h)).sum() / col("days").sum()).alias("conditional entropy")
        ])
        .with_columns([(lit(before) - col("conditional entropy")).alias("gain (bits)")])
        .collect()?;
    crate::shown(&within)?;

    let play = days.play.labels.clone();
    let mut gain: Vec<f64> = Vec::new();
    let mut missing: Vec<f64> = Vec::new();
    for column in days.questions() {
        gain.push(information_gain(&play, &column.labels)?.bits());
        missing.push(conditional_entropy(&joint_distribution(&column.labels, &play)?)?.bits());
    }
    let question = days.questions().map(|column| column.name);
    crate::shown(
        &Chart::new("What each question tells about play, and what it leaves open")
            .x("question")
            .y("bits")
            .bars("information gain", &question, &gain)
            .bars("conditional entropy", &question, &missing),
    )?;

    let passed: [usize; 5] = [0, 1, 0, 0, 1];
    let gain = information_gain(&passed, &passed)?;
    crate::shown(&lecture("information/gain-name", gain == self_information(0.4)?))?;

    Ok(())
}

#[test]
fn one_more_question() -> crate::Worked {
    use lossbook::prelude::*;

    let days = data::play_tennis();
    let day_number: Vec<usize> = (1..=14).collect();
    let mut question = vec!["day number"];
    let mut gain = vec![information_gain(&days.play.labels, &day_number)?.bits()];
    let mut ratio = vec![gain_ratio(&days.play.labels, &day_number)?];
    for column in days.questions() {
        question.push(column.name);
        gain.push(information_gain(&days.play.labels, &column.labels)?.bits());
        ratio.push(gain_ratio(&days.play.labels, &column.labels)?);
    }
    crate::shown(
        &df!["question" => &question, "gain" => &gain, "gain ratio" => &ratio]?
            .lazy()
            .with_columns([(col("gain") / col("gain ratio")).alias("entropy of the answer")])
            .collect()?,
    )?;

    fn parity(digits: &str) -> Vec<usize> {
        digits.bytes().map(|digit| (digit % 2) as usize).collect()
    }
    fn guessed_right(known: &[usize], labels: &[usize], boxes: usize) -> f64 {
        let mut counts = vec![[0, 0]; boxes];
        for (i, &label) in known.iter().enumerate() {
            counts[i % boxes][label] += 1;
        }
        let mut right = 0;
        for (i, &label) in labels.iter().enumerate() {
            let [even, odd] = counts[i % boxes];
            right += usize::from((odd > even) == (label == 1));
        }
        100.0 * right as f64 / labels.len() as f64
    }

    let known = parity("314159265358979323846264338327");
    let next = parity("950288419716939937510582097494");
    let all = information_gain(&known, &known)?.bits();
    crate::shown(&animation("boxes", Array1::linspace(1.0, 30.0, 30), |k| {
        let k = k as usize;
        let dealt: Vec<usize> = (0..30).map(|i| i % k).collect();
        let gain = 100.0 * information_gain(&known, &dealt)?.bits() / all;
        let right = |digits: &[usize]| guessed_right(&known, digits, k);
        let shares = [gain, right(&known), right(&next)];
        Ok(Chart::new("Dealing digits into boxes").x("what is counted").y("share (%)").bars(
            "share",
            &["entropy gained", "known, guessed right", "next, guessed right"],
            &shares,
        ))
    }))?;

    let orders = data::pizza_orders();
    crate::shown(&df![
        "order number" => orders.number.values,
        "rain" => orders.rain.values,
        "courier" => orders.courier.values,
        "paid by" => orders.paid.values,
        "late" => orders.late.values,
    ]?)?;

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
        p.iter().map(|&p| if p > 0.0 { -p * p.log2() } else { 0.0 }).sum()
    }

    crate::passed(&exercises::information::entropy(my_entropy))
}

#[test]
fn the_waste_of_a_belief_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_kl(p: &[f64], q: &[f64]) -> f64 {
        todo!("what believing q wastes, in bits")
    }

    crate::not_yet(&exercises::information::kl(my_kl))
}

#[test]
fn the_waste_of_a_belief_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_kl(p: &[f64], q: &[f64]) -> f64 {
        // Where p > 0 and q = 0, p / q is infinite, and so is its logarithm.
        p.iter().zip(q).map(|(&p, &q)| if p > 0.0 { p * (p / q).log2() } else { 0.0 }).sum()
    }

    crate::passed(&exercises::information::kl(my_kl))
}

#[test]
fn count_a_branch_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_counts(labels: &[usize], branches: &[usize], branch: usize) -> [usize; 2] {
        todo!("[how many 0, how many 1] in this branch")
    }

    crate::not_yet(&exercises::information::counts(my_counts))
}

#[test]
fn count_a_branch_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_counts(labels: &[usize], branches: &[usize], branch: usize) -> [usize; 2] {
        let mut counts = [0, 0];
        for (i, &label) in labels.iter().enumerate() {
            if branches[i] == branch {
                counts[label] += 1;
            }
        }
        counts
    }

    crate::passed(&exercises::information::counts(my_counts))
}

#[test]
fn information_gain_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_information_gain(counts: &[[usize; 2]]) -> f64 {
        todo!("entropy of all labels, minus the mean entropy within the branches")
    }

    crate::not_yet(&exercises::information::information_gain(my_information_gain))
}

#[test]
fn information_gain_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_information_gain(counts: &[[usize; 2]]) -> f64 {
        let mut all = [0, 0];
        let mut within = 0.0;
        for &[no, yes] in counts {
            all[0] += no;
            all[1] += yes;
            within += (no + yes) as f64 * entropy_of_pair([no, yes]);
        }
        entropy_of_pair(all) - within / (all[0] + all[1]) as f64
    }

    fn entropy_of_pair(counts: [usize; 2]) -> f64 {
        let n = (counts[0] + counts[1]) as f64;
        let mut sum = 0.0;
        for count in counts {
            let p = count as f64 / n;
            if p > 0.0 {
                sum -= p * p.log2();
            }
        }
        sum
    }

    crate::passed(&exercises::information::information_gain(my_information_gain))
}

#[test]
fn your_question_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_question() -> [&'static str; 2] {
        todo!("[the question to ask, the column that is a trap]")
    }

    crate::not_yet(&exercises::information::question(my_question))
}

#[test]
fn your_question_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_question() -> [&'static str; 2] {
        ["rain", "order number"]
    }

    crate::passed(&exercises::information::question(my_question))
}
