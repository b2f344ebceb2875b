-- Rule 5.3: from an old number to the one that took its place. An old number with two live targets is not followed.
SELECT old, any(new) AS new
FROM live_identities
GROUP BY old
HAVING uniqExact(live_identities.new) = 1
