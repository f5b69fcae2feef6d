//! The parts of a date or time: what EXTRACT gives, and where date_trunc cuts.

use super::super::types::Ty;

/// TiDB's expression for a field of a date or time, with `$1` for it, and whether it is a whole number.
pub fn field(name: &str, ty: &Ty) -> Option<&'static str> {
    let clock = *ty == Ty::Time;
    let date = *ty == Ty::Date;
    if date && matches!(name, "hour" | "minute" | "second" | "milliseconds" | "microseconds" | "timezone") {
        return None;
    }
    Some(match name {
        "hour" | "hours" => "EXTRACT(HOUR FROM $1)",
        "minute" | "minutes" => "EXTRACT(MINUTE FROM $1)",
        "second" | "seconds" => "(EXTRACT(SECOND_MICROSECOND FROM $1) * 0.000001)",
        "millisecond" | "milliseconds" => "(EXTRACT(SECOND_MICROSECOND FROM $1) * 0.001)",
        "microsecond" | "microseconds" => "EXTRACT(SECOND_MICROSECOND FROM $1)",
        "epoch" if clock => {
            "(TIMESTAMPDIFF(MICROSECOND, '2000-01-01', TIMESTAMP('2000-01-01', $1)) * 0.000001)"
        }
        _ if clock => return None,
        "epoch" if date => "(DATEDIFF($1, '1970-01-01') * 86400)",
        "epoch" => "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', $1) * 0.000001)",
        "year" | "years" => "EXTRACT(YEAR FROM $1)",
        "month" | "months" => "EXTRACT(MONTH FROM $1)",
        "day" | "days" => "EXTRACT(DAY FROM $1)",
        "quarter" => "EXTRACT(QUARTER FROM $1)",
        "week" => "WEEK($1, 3)",
        "isoyear" => "INTDIV(YEARWEEK($1, 3), 100)",
        "dow" => "(DAYOFWEEK($1) - 1)",
        "isodow" => "(WEEKDAY($1) + 1)",
        "doy" => "DAYOFYEAR($1)",
        "decade" => "(INTDIV(YEAR($1), 10))",
        "century" => "(INTDIV(YEAR($1) + 99, 100))",
        "millennium" => "(INTDIV(YEAR($1) + 999, 1000))",
        _ => return None,
    })
}

/// TiDB's expression for the beginning of the unit that a time lies in, as a DATETIME.
pub fn truncated(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "microseconds" | "microsecond" => "$1",
        "milliseconds" | "millisecond" => {
            "CAST(LEFT(CAST(CAST($1 AS DATETIME(6)) AS CHAR), 23) AS DATETIME(6))"
        }
        "second" | "seconds" => "CAST(DATE_FORMAT($1, '%Y-%m-%d %H:%i:%s') AS DATETIME(6))",
        "minute" | "minutes" => "CAST(DATE_FORMAT($1, '%Y-%m-%d %H:%i:00') AS DATETIME(6))",
        "hour" | "hours" => "CAST(DATE_FORMAT($1, '%Y-%m-%d %H:00:00') AS DATETIME(6))",
        "day" | "days" => "CAST(DATE($1) AS DATETIME(6))",
        "week" | "weeks" => "CAST(DATE($1) - INTERVAL WEEKDAY($1) DAY AS DATETIME(6))",
        "month" | "months" => "CAST(DATE_FORMAT($1, '%Y-%m-01') AS DATETIME(6))",
        "quarter" => {
            "CAST(MAKEDATE(YEAR($1), 1) + INTERVAL QUARTER($1) QUARTER - INTERVAL 1 QUARTER AS DATETIME(6))"
        }
        "year" | "years" => "CAST(DATE_FORMAT($1, '%Y-01-01') AS DATETIME(6))",
        "decade" => "CAST(CONCAT(LPAD(INTDIV(YEAR($1), 10), 3, '0'), '0-01-01') AS DATETIME(6))",
        "century" => "CAST(CONCAT(LPAD(INTDIV(YEAR($1) - 1, 100), 2, '0'), '01-01-01') AS DATETIME(6))",
        _ => return None,
    })
}

/// A field of the difference of two timestamps, `$1 - $2`, which PostgreSQL gives in days and time of day.
pub fn of_difference(name: &str) -> Option<&'static str> {
    Some(match name {
        "epoch" => "(TIMESTAMPDIFF(MICROSECOND, $2, $1) * 0.000001)",
        "day" | "days" => "TIMESTAMPDIFF(DAY, $2, $1)",
        "hour" | "hours" => "MOD(TIMESTAMPDIFF(HOUR, $2, $1), 24)",
        "minute" | "minutes" => "MOD(TIMESTAMPDIFF(MINUTE, $2, $1), 60)",
        "second" | "seconds" => "(MOD(TIMESTAMPDIFF(MICROSECOND, $2, $1), 60000000) * 0.000001)",
        _ => return None,
    })
}

/// A field of `age($1, $2)`.
pub fn of_age(name: &str) -> Option<&'static str> {
    Some(match name {
        "year" | "years" => "TIMESTAMPDIFF(YEAR, $2, $1)",
        "month" | "months" => "MOD(TIMESTAMPDIFF(MONTH, $2, $1), 12)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::template::is_sound;
    use super::*;

    #[test]
    fn every_template_can_be_read() {
        for unit in [
            "microseconds",
            "milliseconds",
            "second",
            "minute",
            "hour",
            "day",
            "week",
            "month",
            "quarter",
            "year",
            "decade",
            "century",
        ] {
            assert!(truncated(unit).is_some_and(|sql| is_sound(sql, 1)), "{unit}");
        }
        for name in [
            "year",
            "quarter",
            "week",
            "isoyear",
            "dow",
            "isodow",
            "doy",
            "epoch",
            "second",
            "decade",
            "century",
            "millennium",
        ] {
            assert!(field(name, &Ty::Timestamp).is_some_and(|sql| is_sound(sql, 1)), "{name}");
        }
        for name in ["epoch", "day", "hour", "minute", "second"] {
            assert!(of_difference(name).is_some_and(|sql| is_sound(sql, 2)), "{name}");
        }
    }
}
