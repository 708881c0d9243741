from django.core.management.base import BaseCommand
from django.utils import timezone

from citynet.content.models.ratings import KEPT_FOR, Rating, RatingLimit, VisitorKey


class Command(BaseCommand):
    help = (
        "Forget what need not be known of visitors any longer: the words of ratings after a year, and the"
        " keys and counts of the days and hours before. Run it every night, soon after midnight."
    )

    def handle(self, *args, **options):
        today = timezone.localdate()
        words = Rating.objects.forget_words(today - KEPT_FOR)
        keys = VisitorKey.forget(today)
        RatingLimit.objects.filter(
            hour__lt=timezone.now().replace(minute=0, second=0, microsecond=0)
        ).delete()
        self.stdout.write(f"Forgot {words} comments and {keys} keys.")
