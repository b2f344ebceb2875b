-- Rule 5.5: of the decisions for one academic year the last recorded wins; the others become nothing.
--   years_on: the years at whose end an open stay goes on.
WITH
    arrayFilter(decision -> decision.5 IN (goes_on, stops),
                arrayZip(arrayMap(day -> intDiv(day, 65536), days), moments, ids, places, all_kinds)) AS decisions,
    arraySort(decisions) AS by_year,
    arrayFilter((decision, next_year) -> decision.1 != next_year, by_year, arrayShiftLeft(by_year.1, 1, 0)) AS lasting
SELECT
    * EXCEPT (all_kinds, moments),
    if(length(decisions) = length(lasting),
       all_kinds,
       arrayMap((kind, place) -> if(kind IN (goes_on, stops) AND NOT has(lasting.4, place), nothing, kind),
                all_kinds, places)) AS kinds,
    arrayMap(decision -> decision.1, arrayFilter(decision -> decision.5 = goes_on, lasting)) AS years_on
FROM pupils
