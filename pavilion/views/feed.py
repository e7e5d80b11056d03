"""The newest products as an Atom feed, one for each language."""

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from core.templatetags.portal import absolute
from pavilion.facts import summary
from pavilion.languages import wording
from pavilion.models import Listing
from pavilion.views.door import OpenPavilionView

MOST = 50


class NewProducts(Feed):
    feed_type = Atom1Feed

    def title(self):
        return _("New products of the Mexico Pavilion")

    def subtitle(self):
        return _("Offered by Mexican exporters that the programme has checked.")

    def link(self):
        return absolute(reverse("pavilion:showcase"))

    def feed_url(self):
        return absolute(reverse("pavilion:feed"))

    def author_name(self):
        return settings.PROGRAMME_NAME

    def items(self):
        rows = Listing.objects.filter(published_at__isnull=False)
        rows = rows.order_by("-published_at", "-product")[:MOST]
        return list(rows.select_related("product__company", "product__category"))

    def item_title(self, item):
        return wording(item.product, "name").text

    def item_description(self, item):
        return summary(item.product)

    def item_link(self, item):
        return absolute(reverse("pavilion:product", args=[item.slug]))

    def item_author_name(self, item):
        return item.product.company.name

    def item_categories(self, item):
        return [str(item.product.category)]

    def item_pubdate(self, item):
        return item.published_at

    def item_updateddate(self, item):
        return item.updated_at


class FeedView(OpenPavilionView):
    """Kept like a page: readers that ask again get a 304 by its ETag."""

    def get(self, request):
        return NewProducts()(request)
