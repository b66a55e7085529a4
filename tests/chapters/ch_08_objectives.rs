//! Written from notebooks/08_objectives.ipynb by `cargo chapters`; edit the notebook.

#[test]
fn a_number_to_be_made_small() -> crate::Worked {
    use lossbook::prelude::*;

    let town = data::pizza_town(26, 36, 0)?;
    crate::shown(
        &df![
            "east of the shop (km)" => town.place.column(0),
            "north of the shop (km)" => town.place.column(1),
            "distance (km)" => &town.distance,
            "took (min)" => &town.minutes,
        ]?
        .head(Some(5)),
    )?;

    let (x, y) = (town.distance.clone(), town.minutes.clone());
    let (mean_x, mean_y) = (x.sum() / 36.0, y.sum() / 36.0);
    let paces = Array1::linspace(0.0, 10.0, 21);
    let errors = paces.mapv(|w| ((&x - mean_x) * w + mean_y - &y).pow2().sum() / 36.0);
    crate::shown(
        &slider("pace w (min per km)", &paces, |w| {
            let start = mean_y - w * mean_x;
            let here = mse(&y, &(&x * w + start))?;
            let left = Chart::new("A line for the promise").x("distance (km)").y("time (min)");
            let left =
                left.line("promised", [0.0, 5.0], [start, start + 5.0 * w]).points("took", &x, &y);
            let right = Chart::new(&format!("The objective here: {here:.1} min²"));
            let right = right.x("pace w (min per km)").y("MSE (min²)").line("MSE", &paces, &errors);
            Ok(side_by_side([&left.y_range(0.0, 60.0), &right.points("here", &[w], &[here])]))
        })
        .starting_at(2.0),
    )?;

    let (dx, dy) = (&x - mean_x, &y - mean_y);
    let pace = (&dx * &dy).sum() / (&dx * &dx).sum();
    let start = mean_y - pace * mean_x;
    let line = Ols.fit(&y, x.to_shape((36, 1))?)?;
    crate::shown(&df![
        "best line" => ["by hand", "lossbook"],
        "pace w (min per km)" => [pace, line.weights()[0]],
        "start b (min)" => [start, line.intercept()],
    ]?)?;

    let lowest = mse(&y, &(&x * pace + start))?;
    let mut holds = true;
    for (turn, lift) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01), (0.01, -0.03)] {
        holds &= mse(&y, &(&x * (pace + turn) + start + lift))? > lowest;
    }
    crate::shown(&lecture("objectives/regression-mse", holds))?;

    Ok(())
}

#[test]
fn where_a_loss_comes_from() -> crate::Worked {
    use lossbook::prelude::*;

    use statrs::distribution::{Continuous, Laplace, Normal};
    fn mean_loss(took: &Array1<f64>, noise: &impl Continuous<f64, f64>, c: f64) -> f64 {
        -took.mapv(|t| noise.ln_pdf(t - c)).sum() / took.len() as f64
    }

    let took = array![24.0, 26.0, 28.0, 30.0, 42.0];
    let normal = Normal::new(0.0, 6.0)?;
    let t = Array1::linspace(12.0, 54.0, 29);
    let promises = Array1::linspace(22.0, 42.0, 21);
    let losses = promises.mapv(|c| mean_loss(&took, &normal, c));
    crate::shown(
        &slider("promise c (min)", &promises, |c| {
            let left =
                Chart::new("How likely each order is").x("time (min)").y("density (per min)");
            let left = left.line("belief", &t, &t.mapv(|t| normal.pdf(t - c))).y_range(0.0, 0.08);
            let left = left.points("orders", &took, &took.mapv(|t| normal.pdf(t - c)));
            let right = Chart::new("Mean loss").x("promise c (min)").y("mean of -ln p");
            let right = right.line("mean", &promises, &losses);
            Ok(side_by_side([&left, &right.points("here", &[c], &[mean_loss(&took, &normal, c)])]))
        })
        .starting_at(38.0),
    )?;

    use statrs::statistics::{Data, OrderStatistics};
    let laplace = Laplace::new(0.0, 4.0)?;
    let (mean, median) = (took.sum() / 5.0, Data::new(took.to_vec()).median());
    let off = Array1::linspace(-20.0, 20.0, 81);
    let noise = Chart::new("The belief")
        .x("off by (min)")
        .y("density (per min)")
        .line("Gaussian", &off, &off.mapv(|r| normal.pdf(r)))
        .line("Laplace", &off, &off.mapv(|r| laplace.pdf(r)));
    let loss = Chart::new("The loss of one order")
        .x("off by (min)")
        .y("-ln p")
        .line("Gaussian", &off, &off.mapv(|r| -normal.ln_pdf(r)))
        .line("Laplace", &off, &off.mapv(|r| -laplace.ln_pdf(r)));
    let all = Chart::new("The mean of the five")
        .x("promise c (min)")
        .y("mean of -ln p")
        .line("Gaussian", &promises, &losses)
        .points("mean", [mean], [mean_loss(&took, &normal, mean)])
        .line("Laplace", &promises, &promises.mapv(|c| mean_loss(&took, &laplace, c)))
        .points("median", [median], [mean_loss(&took, &laplace, median)]);
    crate::shown(&side_by_side([&noise, &loss, &all]))?;

    use polars::prelude::Expr;
    fn minus_ln(p: Expr) -> Expr {
        lit(0.0) - p.log(lit(std::f64::consts::E))
    }
    crate::shown(
        &df!["p for late" => Array1::linspace(0.1, 0.9, 9)]?
            .lazy()
            .with_columns([
                minus_ln(col("p for late")).alias("it was late"),
                minus_ln(lit(1.0) - col("p for late")).alias("it was on time"),
            ])
            .with_columns([((col("it was late") + lit(4.0) * col("it was on time")) * lit(0.2))
                .alias("mean of the five")])
            .collect()?,
    )?;

    Ok(())
}

#[test]
fn one_model_two_objectives() -> crate::Worked {
    use lossbook::prelude::*;

    fn least_absolute(x: &Array1<f64>, y: &Array1<f64>) -> Result<(f64, f64), LossError> {
        let (mut best, mut least) = ((0.0, 0.0), f64::INFINITY);
        for i in 0..x.len() {
            for j in 0..i {
                let pace = (y[i] - y[j]) / (x[i] - x[j]);
                let start = y[i] - pace * x[i];
                let this = mae(y, &(x * pace + start))?;
                if this < least {
                    (best, least) = ((pace, start), this);
                }
            }
        }
        Ok(best)
    }

    let town = data::pizza_town(26, 36, 4)?;
    let (x, y) = (town.distance.clone(), town.minutes.clone());
    let quiet = data::pizza_town(26, 36, 0)?.minutes;
    let table = x.to_shape((36, 1))?.to_owned();
    let squared = Ols.fit(&y, &table)?;
    let (pace, start) = least_absolute(&x, &y)?;
    let by_squares = &x * squared.weights()[0] + squared.intercept();
    let by_sizes = &x * pace + start;
    crate::shown(&df![
        "line that minimises" => ["squares", "absolute values"],
        "pace (min per km)" => [squared.weights()[0], pace],
        "start (min)" => [squared.intercept(), start],
        "its MSE (min²)" => [mse(&y, &by_squares)?, mse(&y, &by_sizes)?],
        "its MAE (min)" => [mae(&y, &by_squares)?, mae(&y, &by_sizes)?],
    ]?)?;

    let flat: Vec<usize> = (0..36).filter(|&i| town.flat_tyre[i]).collect();
    let flat_x: Vec<f64> = flat.iter().map(|&i| x[i]).collect();
    crate::shown(
        &slider("a flat tyre takes (min)", Array1::linspace(0.0, 100.0, 21), |delay| {
            let mut y = quiet.clone();
            flat.iter().for_each(|&i| y[i] += delay);
            let flat_y: Vec<f64> = flat.iter().map(|&i| y[i]).collect();
            let (pace, start) = least_absolute(&x, &y)?;
            let squares = Ols.fit(&y, &table)?.predict(&[[0.0], [5.0]])?;
            let chart = Chart::new("The same orders, the same model, two objectives");
            let chart = chart.x("distance (km)").y("time (min)").y_range(0.0, 140.0);
            let chart =
                chart.line("least squares", [0.0, 5.0], &squares).points("quiet", &x, &quiet);
            let chart = chart.line("least absolute", [0.0, 5.0], [start, start + 5.0 * pace]);
            Ok(chart.points("with a flat tyre", &flat_x, &flat_y))
        })
        .starting_at(50.0),
    )?;

    use statrs::distribution::{Continuous, Laplace, Normal};
    let (mut gauss, mut laplace) = (Vec::new(), Vec::new());
    for tyres in [0, 4] {
        let town = data::pizza_town(26, 36, tyres)?;
        let line = &town.distance * town.pace + town.start;
        let r = &town.minutes - &line;
        let bell = Normal::new(0.0, rmse(&town.minutes, &line)?)?;
        let peak = Laplace::new(0.0, mae(&town.minutes, &line)?)?;
        gauss.push(-r.mapv(|r| bell.ln_pdf(r)).sum() / 36.0);
        laplace.push(-r.mapv(|r| peak.ln_pdf(r)).sum() / 36.0);
    }
    crate::shown(
        &df!["flat tyres" => [0, 4], "Gaussian: mean of -ln p" => &gauss, "Laplace" => &laplace]?,
    )?;

    Ok(())
}

#[test]
fn a_price_on_weights() -> crate::Worked {
    use lossbook::prelude::*;

    let few = data::pizza_town(26, 12, 0)?;
    let ols = Ols.fit(&few.minutes, &few.told)?;
    crate::shown(
        &df![
            "distance told by" => ["bicycle", "phone", "app", "sum"],
            "weight (min per km)" => [ols.weights().to_vec(), vec![ols.weights().sum()]].concat(),
        ]?
        .lazy()
        .with_columns([
            (col("weight (min per km)") * lit(0.5)).alias("if it tells 0.5 km too much (min)")
        ])
        .collect()?,
    )?;

    let ridge = Ridge::new(0.1)?;
    let model = ridge.fit(&few.minutes, &few.told)?;
    let (mut error, mut price, mut by_crate) = (Vec::new(), Vec::new(), Vec::new());
    for model in [&ols, &model] {
        error.push(mse(&few.minutes, &model.predict(&few.told)?)?);
        price.push(0.1 * model.weights().iter().map(|w| w * w).sum::<f64>());
        by_crate.push(ridge.value(&few.minutes, &few.told, model)?);
    }
    crate::shown(&df!["by" => ["least squares", "ridge"], "MSE" => &error, "price" => &price, "crate" => &by_crate]?
    .lazy()
    .with_columns([(col("MSE") + col("price")).alias("sum")])
    .collect()?)?;

    let next = data::pizza_town(126, 300, 0)?;
    let lambdas = Array1::linspace(-4.0, 2.0, 61).mapv(|power| 10.0_f64.powf(power));
    let (mut paths, mut seen, mut unseen) = (vec![Vec::new(); 3], Vec::new(), Vec::new());
    for &lambda in &lambdas {
        let model = Ridge::new(lambda)?.fit(&few.minutes, &few.told)?;
        (0..3).for_each(|k| paths[k].push(model.weights()[k]));
        seen.push(mse(&few.minutes, &model.predict(&few.told)?)?);
        unseen.push(mse(&next.minutes, &model.predict(&next.told)?)?);
    }
    let left = Chart::new("Paths").x("λ (km²)").y("weight (min per km)").log_x();
    let left = left.line("bicycle", &lambdas, &paths[0]).line("phone", &lambdas, &paths[1]);
    let left = left.line("app", &lambdas, &paths[2]);
    let right = Chart::new("Errors").x("λ (km²)").y("MSE (min²)").log_x().y_range(0.0, 60.0);
    let right = right.line("these 12", &lambdas, &seen).line("300 others", &lambdas, &unseen);
    crate::shown(&side_by_side([&left, &right]))?;

    let weights: [f64; 2] = [3.0, 4.0];
    let norm = weights.iter().map(|w| w * w).sum::<f64>().sqrt();
    crate::shown(&[
        lecture("objectives/same-model", ols.weights() != model.weights()),
        lecture("ridge/l2-norm", norm),
    ])?;

    Ok(())
}

#[test]
fn three_corners_to_wait_at() -> crate::Worked {
    use lossbook::prelude::*;

    fn lloyd(place: &Array2<f64>, corners: &Array2<f64>) -> Result<Array2<f64>, LossError> {
        let nearest = KMeans.assign(place, corners)?;
        let mut moved = corners.clone();
        for k in 0..corners.nrows() {
            let own: Vec<usize> = (0..nearest.len()).filter(|&i| nearest[i] == k).collect();
            if !own.is_empty() {
                for axis in 0..2 {
                    let sum: f64 = own.iter().map(|&i| place[[i, axis]]).sum();
                    moved[[k, axis]] = sum / own.len() as f64;
                }
            }
        }
        Ok(moved)
    }

    let town = data::pizza_town(26, 36, 0)?;
    let mut walk = vec![array![[2.0, 2.5], [-3.0, -0.5], [-2.5, -3.5]]];
    for _round in 0..10 {
        let from = walk[walk.len() - 1].clone();
        let to = lloyd(&town.place, &from)?;
        for part in [0.5, 1.0] {
            walk.push(&from * (1.0 - part) + &to * part);
        }
    }
    let values: Result<Vec<f64>, LossError> =
        walk.iter().map(|corners| KMeans.value(&town.place, corners)).collect();
    let values = values?;

    let names = ["Ada's orders", "Bo's orders", "Cem's orders"];
    let rounds = Array1::linspace(0.0, 10.0, 21);
    crate::shown(&animation("round", &rounds, |t| {
        let at = &walk[(2.0 * t) as usize];
        let nearest = KMeans.assign(&town.place, at)?;
        let mut map = Chart::new("Who is nearest").x("east (km)").y("north (km)");
        for (k, name) in names.iter().enumerate() {
            let own = |i: usize| if nearest[i] == k { town.place[[i, 1]] } else { f64::NAN };
            map = map.points(name, town.place.column(0), &Array1::from_shape_fn(36, own));
        }
        let map = map.points("couriers", at.column(0), at.column(1)).y_range(-5.0, 5.0);
        let fall = Chart::new("The objective").x("round").y("mean squared distance (km²)");
        let fall = fall.line("objective", &rounds, &values).y_range(0.0, 5.0);
        Ok(side_by_side([&map, &fall.points("now", &[t], &[KMeans.value(&town.place, at)?])]))
    }))?;

    let (mut value, mut rounds) = (Vec::new(), Vec::new());
    for seed in 0..8 {
        let fit = KMeans.fit(&town.place, 3, seed)?;
        value.push(fit.value());
        rounds.push(fit.history().len() - 1);
    }
    let seeds = [0, 1, 2, 3, 4, 5, 6, 7];
    crate::shown(
        &df!["seed" => seeds, "mean squared distance (km²)" => &value, "rounds" => &rounds]?
            .sort(["mean squared distance (km²)"], Default::default())?,
    )?;

    let fit = KMeans.fit(&town.place, 3, 0)?;
    let mut holds = true;
    for k in 0..3 {
        for (east, north) in [(0.01, 0.0), (-0.01, 0.0), (0.0, 0.01), (0.0, -0.01)] {
            let mut moved = fit.centers().to_owned();
            moved[[k, 0]] += east;
            moved[[k, 1]] += north;
            holds &= KMeans.value(&town.place, &moved)? > fit.value();
        }
    }
    crate::shown(&lecture("objectives/k-means-centres", holds))?;

    Ok(())
}

#[test]
fn one_long_street() -> crate::Worked {
    use lossbook::prelude::*;

    fn number(east: &Array1<f64>, north: &Array1<f64>, degrees: f64) -> Array1<f64> {
        east * degrees.to_radians().cos() + north * degrees.to_radians().sin()
    }
    let town = data::pizza_town(26, 36, 0)?;
    let (east, north) = (town.place.column(0).to_owned(), town.place.column(1).to_owned());
    let (east, north) = (&east - east.sum() / 36.0, &north - north.sum() / 36.0);
    let degrees = Array1::linspace(0.0, 180.0, 21);
    let variance = degrees.mapv(|a| number(&east, &north, a).pow2().sum() / 36.0);
    let moved = degrees.mapv(|a| number(&east, &north, a + 90.0).pow2().sum() / 36.0);

    crate::shown(
        &slider("direction θ (degrees)", &degrees, |a| {
            let (cos, sin) = (a.to_radians().cos(), a.to_radians().sin());
            let along = number(&east, &north, a);
            let map = Chart::new("Onto one street").x("east (km)").y("north (km)");
            let map = map.line("street", &[-6.0 * cos, 6.0 * cos], &[-6.0 * sin, 6.0 * sin]);
            let map =
                map.points("houses", &east, &north).points("moved", &along * cos, &along * sin);
            let both = Chart::new("Kept and lost").x("direction θ (degrees)").y("km²");
            let both =
                both.line("variance kept", &degrees, &variance).line("error", &degrees, &moved);
            let map = map.x_range(-6.0, 6.0).y_range(-5.0, 5.0);
            Ok(side_by_side([&map, &both.vertical(a, "here")]))
        })
        .starting_at(90.0),
    )?;

    use ndarray_stats::QuantileExt;
    let axes = Pca.fit(&town.place)?;
    let u = axes.components().row(0).to_owned();
    let along = &east * u[0] + &north * u[1];
    let best = variance.argmax()?;
    crate::shown(&df![
        "street" => ["best of the slider", "PCA"],
        "direction (degrees)" => [degrees[best], u[1].atan2(u[0]).to_degrees()],
        "variance kept (km²)" => [variance[best], axes.variances()[0]],
        "error (km²)" => [moved[best], axes.reconstruction_error(&town.place, 1)?],
    ]?)?;

    use plotly::{Layout, Plot, Scatter, common::Mode, layout::Axis};
    let mut plot = Plot::new();
    let slope = Ols.fit(&north, east.to_shape((36, 1))?)?.weights()[0];
    let spots = [(&along * u[0], &along * u[1]), (east.clone(), &east * slope)];
    for (name, (at_x, at_y)) in ["PCA", "least squares"].into_iter().zip(&spots) {
        let x: Vec<f64> = (0..36).flat_map(|i| [east[i], at_x[i], 0.0, f64::NAN]).collect();
        let y: Vec<f64> = (0..36).flat_map(|i| [north[i], at_y[i], 0.0, f64::NAN]).collect();
        plot.add_trace(Scatter::new(x, y).mode(Mode::Lines).name(name));
    }
    plot.add_trace(Scatter::new(east.to_vec(), north.to_vec()).mode(Mode::Markers).name("houses"));
    let x: Axis = Axis::new().title("east (km)");
    let y: Axis = Axis::new().title("north (km)").scale_anchor("x");
    let title = "Two best lines through one map";
    plot.set_layout(Layout::new().template(theme()).title(title).x_axis(x).y_axis(y));
    crate::shown(&plot)?;

    let mut holds = true;
    for turn in 1..180 {
        let angle = u[1].atan2(u[0]) + (turn as f64).to_radians();
        holds &= Pca.value(&town.place, &[angle.cos(), angle.sin()])? < axes.variances()[0];
    }
    crate::shown(&lecture("objectives/pca-variance", holds))?;

    Ok(())
}

#[test]
fn the_widest_street_between_two_classes() -> crate::Worked {
    use lossbook::prelude::*;

    let orders = array![
        [0.6, 5.0],
        [1.0, 2.0],
        [1.4, 6.0],
        [2.0, 3.0],
        [2.6, 1.0],
        [3.0, 2.0],
        [0.8, 7.0],
        [2.4, 7.0],
        [3.0, 6.0],
        [3.4, 4.0],
        [4.0, 5.0],
        [4.6, 2.0],
        [5.0, 6.0],
    ];
    let late = Array1::from_shape_fn(13, |i| if i < 7 { 0.0 } else { 1.0 });
    let (km, waiting) = (orders.column(0).to_vec(), orders.column(1).to_vec());
    fn street(orders: &Array2<f64>, degrees: f64) -> (f64, f64) {
        let (cos, sin) = (degrees.to_radians().cos(), degrees.to_radians().sin());
        let (mut last, mut first) = (f64::NEG_INFINITY, f64::INFINITY);
        for (i, order) in orders.rows().into_iter().enumerate() {
            let at = order[0] * cos + order[1] * sin;
            if i < 7 { last = at.max(last) } else { first = at.min(first) }
        }
        (last, first)
    }

    let degrees = Array1::linspace(6.0, 60.0, 28);
    let widths = degrees.mapv(|a| street(&orders, a).1 - street(&orders, a).0);
    crate::shown(
        &slider("direction θ (degrees)", &degrees, |a| {
            let (last, first) = street(&orders, a);
            let (cos, sin) = (a.to_radians().cos(), a.to_radians().sin());
            let map =
                Chart::new("A street").x("distance (km)").y("orders waiting").x_range(0.0, 8.0);
            let map = map.points("on time", &km[..7], &waiting[..7]).points(
                "late",
                &km[7..],
                &waiting[7..],
            );
            let map = map.line("last on time", [last / cos, (last - 8.0 * sin) / cos], [0.0, 8.0]);
            let map = map.line("first late", [first / cos, (first - 8.0 * sin) / cos], [0.0, 8.0]);
            let width = Chart::new("Its width").x("direction θ (degrees)").y("width");
            let width =
                width.line("width", &degrees, &widths).points("here", &[a], &[first - last]);
            Ok(side_by_side([&map, &width]))
        })
        .starting_at(12.0),
    )?;

    fn edge(model: &LinearModel) -> [f64; 2] {
        [0.0, 8.0].map(|w| -(model.intercept() + model.weights()[1] * w) / model.weights()[0])
    }
    let fit = LinearSvm::new(0.002)?.fit(&late, &orders)?;
    let right = fit.model().predict(&orders)? * (&late * 2.0 - 1.0);
    crate::shown(
        &df![
            "distance (km)" => &km,
            "waiting" => &waiting,
            "late" => &late,
            "s · score" => &right,
            "hinge" => right.mapv(|m: f64| ((1.0 - m).max(0.0) * 1e9).round() / 1e9),
            "cross-entropy" => right.mapv(|m: f64| (1.0 + (-m).exp()).ln()),
        ]?
        .sort(["s · score"], Default::default())?
        .head(Some(6)),
    )?;

    crate::shown(
        &slider("more late orders", Array1::linspace(0.0, 40.0, 21), |more| {
            let n = 13 + more as usize;
            let row = |(i, k): (usize, usize)| if i < 13 { orders[[i, k]] } else { [5.0, 1.0][k] };
            let all = Array2::from_shape_fn((n, 2), row);
            let late = Array1::from_shape_fn(n, |i| if i < 7 { 0.0 } else { 1.0 });
            let svm = LinearSvm::new(0.002)?.fit(&late, &all)?;
            let logistic = LogisticRegression::new().with_lambda(0.002)?.fit(&late, &all)?;
            let map =
                Chart::new("The same orders, the same model, two objectives").x("distance (km)");
            let map = map.y("orders waiting").x_range(0.0, 8.0).points(
                "on time",
                &km[..7],
                &waiting[..7],
            );
            let map = map.points("late", &km[7..], &waiting[7..]).line(
                "SVM",
                edge(svm.model()),
                [0.0, 8.0],
            );
            let map = map.line("logistic regression", edge(&logistic), [0.0, 8.0]);
            Ok(map.points("newcomers", [5.0], [1.0]))
        })
        .starting_at(40.0),
    )?;

    let angles = Array1::linspace(0.0, 90.0, 901);
    let widths = angles.mapv(|a| street(&orders, a).1 - street(&orders, a).0);
    crate::shown(&lecture(
        "objectives/svm-margin",
        widths.iter().all(|&width| width <= fit.margin()),
    ))?;

    Ok(())
}

#[test]
fn the_most_likely_promise_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_likeliest(took: &[f64], density: fn(f64) -> f64) -> f64 {
        todo!("the promise from 0 to 100 with the smallest sum of -ln p")
    }

    crate::not_yet(&exercises::objectives::likeliest(my_likeliest))
}

#[test]
fn the_most_likely_promise_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_likeliest(took: &[f64], density: fn(f64) -> f64) -> f64 {
        let (mut best, mut least) = (0.0, f64::INFINITY);
        for minutes in 0..101 {
            let promise = minutes as f64;
            let loss: f64 = took.iter().map(|t| -density(t - promise).ln()).sum();
            if loss < least {
                (best, least) = (promise, loss);
            }
        }
        best
    }

    crate::passed(&exercises::objectives::likeliest(my_likeliest))
}

#[test]
fn a_fair_price_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_price() -> f64 {
        todo!("a lambda for Ridge::new")
    }

    crate::not_yet(&exercises::objectives::price(my_price))
}

#[test]
fn a_fair_price_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_price() -> f64 {
        0.1
    }

    crate::passed(&exercises::objectives::price(my_price))
}

#[test]
fn couriers_in_the_wrong_valley_is_not_yet_done() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_corners() -> [[f64; 2]; 3] {
        todo!("three corners [east, north] to start from")
    }

    crate::not_yet(&exercises::objectives::corners(my_corners))
}

#[test]
fn couriers_in_the_wrong_valley_solution() -> crate::Worked {
    use lossbook::prelude::*;

    fn my_corners() -> [[f64; 2]; 3] {
        // Two share the west, and one is left with the two other quarters.
        [[-4.0, 0.0], [-3.0, -3.0], [2.0, 1.0]]
    }

    crate::passed(&exercises::objectives::corners(my_corners))
}
