from django.db.models import IntegerChoices
from django.utils.translation import gettext_lazy as _


class Satisfaction(IntegerChoices):
    """R7.1: 1 to 5, the best first where people choose."""

    VERY_HAPPY = 5, _("5, very satisfied")
    HAPPY = 4, _("4, satisfied")
    NEUTRAL = 3, _("3, neither")
    UNHAPPY = 2, _("2, dissatisfied")
    VERY_UNHAPPY = 1, _("1, very dissatisfied")
