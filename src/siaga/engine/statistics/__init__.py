"""Statistics that tell the truth about few incidents: intervals, percentiles, pooling, control charts."""

from .charts import Chart, Point, between_chart, count_chart, share_chart, value_chart
from .few import Enough, enough_for_share, least_n
from .intervals import Interval, Percentile, jeffreys, mean, percentile, wilson
from .pooling import Pooled, pool

__all__ = [
    "Chart",
    "Enough",
    "Interval",
    "Percentile",
    "Point",
    "Pooled",
    "between_chart",
    "count_chart",
    "enough_for_share",
    "jeffreys",
    "least_n",
    "mean",
    "percentile",
    "pool",
    "share_chart",
    "value_chart",
    "wilson",
]
