"""Values: JSON, models and unions, to Python and back."""
