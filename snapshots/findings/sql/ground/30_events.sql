-- The live events of a range of pupils; place: the order ≺, and the school where two schools use one event_id.
SELECT *, (academic_year, effective_date, recorded_at, rank, event_id, school_code) AS place
FROM findings_live
WHERE person BETWEEN toFixedString(unhex({first_person}), 16) AND toFixedString(unhex({last_person}), 16)
