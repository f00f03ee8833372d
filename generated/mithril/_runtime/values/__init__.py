# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""Values: JSON, models and unions, to Python and back."""
