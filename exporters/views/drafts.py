"""A page with a form of its own: saved by button or by itself, and never at another's cost."""

import copy

from django.contrib import messages
from django.contrib.messages import get_messages
from django.forms import BooleanField
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from exporters import merging
from exporters.views import autosave, clashes, kept, versions


class DraftView(kept.KeepsText):
    """Shows a form and saves it. Subclasses say of which row, how, and where to go then.

    For a view whose scope stands behind it: `page` shows a form in its frame, and `way_back`
    is where one goes when nothing can be saved.
    """

    answered = False  # False after a POST: it was refused before its text was dealt with

    def instance(self):
        raise NotImplementedError

    def save(self, row, fields, version):
        """Save these fields of `row` by a service; the fresh row."""
        raise NotImplementedError

    def after_save(self):
        raise NotImplementedError

    @property
    def fields(self) -> list[str]:
        return self.form_class.Meta.fields

    def dispatch(self, request, *args, **kwargs):
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        if not request.user.is_authenticated:
            return self.session_ended(request)
        response = super().dispatch(request, *args, **kwargs)
        return response if self.answered else self.refused(response)

    def get(self, request, **kwargs):
        row = self.instance()
        if typed := kept.kept_text(request):
            version = versions.known(request, typed.version)
            if "compare" in request.GET and (page := self.compare(row, typed, version)):
                return page
            return self.kept_page(row, typed, version)
        return self.form_page(self.form_class(instance=row), self.seen(row))

    def post(self, request, **kwargs):
        response = self.discard() if "discard" in request.POST else self.take()
        self.answered = True
        return response

    # --- Taking a form ------------------------------------------------------------------

    def take(self):
        request, version, row = self.request, versions.posted(self.request), self.instance()
        stored = copy.copy(row)
        data = clashes.with_choices(request.POST, stored, version, self.fields)
        form = self.form_class(data, instance=row)
        valid = form.is_valid()
        if version and autosave.wanted(request):
            return self.take_by_itself(form, version)
        if version and (open_questions := clashes.unanswered(request.POST, version)):
            units = merging.units(clashes.asked(version, self.fields))
            return self.clash_page(form, stored, units, version, open_questions)
        if not valid:
            kept.keep(request, self.form_class)
            return self.form_page(form, version.base if version else self.seen(stored), status=422)
        if version is None:
            self.save(row, self.fields, None)
        else:
            stored, found, version = self.merge(form, self.fields, version)
            if found:
                kept.keep(request, self.form_class)
                return self.clash_page(form, stored, found, version)
        kept.forget(request)
        messages.success(request, _("Saved."))
        return self.after_save()

    def take_by_itself(self, form, version):
        """Save what can be saved; the rest is kept, and named."""
        request = self.request
        if versions.came_late(request, version):
            return autosave.answer(request, "saved")
        failed = [name for name in form.fields if name in form.errors]
        if form.instance.pk is None and form.errors:
            state = "needs" if kept.keep(request, self.form_class) else "lost"
            return autosave.answer(request, state, fields=[form[name] for name in failed])
        usable = [] if form.non_field_errors() else form.cleaned_data
        names = merging.whole(self.fields, usable)
        stored, found, version = self.merge(form, names, version)
        state = "clash" if found else "partly" if len(names) < len(self.fields) else "saved"
        if state == "saved":
            kept.forget(request)
        elif not kept.keep(request, self.form_class):
            state = "lost"
        missed = [name for unit in found for name in unit] or failed
        response = autosave.answer(
            request,
            state,
            version=version,
            fields=[form[name] for name in missed],
            text=" ".join(form.non_field_errors()),
            url=f"{request.path}?compare" if found else "",
        )
        if address := self.address_of(stored):
            response["HX-Replace-Url"] = address
        return response

    def merge(self, form, names, version):
        """Save these fields: the fresh row, what clashes, and what the page knows now."""
        stored = self.save(form.instance, names, version.base)
        mine, there = (merging.values_of(row, names) for row in (form.instance, stored))
        known = versions.remember(
            self.request, version, merging.next_base(version.base, there, mine)
        )
        return stored, merging.merge(version.base, there, mine).clashes, known

    def seen(self, row):
        return merging.fingerprint(merging.values_of(row, self.fields))

    def address_of(self, stored) -> str:
        """Where the page goes on, when saving by itself has given its row an address."""
        return ""

    def discard(self):
        kept.forget(self.request)
        return redirect(self.request.path)

    # --- Pages ----------------------------------------------------------------------------

    def form_page(self, form, base, *, is_kept=False, status=200):
        user = self.request.user
        context = {
            "version": versions.opened(user, base),
            "unseen": versions.opened(user, {}),  # for text that the browser itself brings back
            "is_kept": is_kept,
        }
        return self.page(form, status=status, **context)

    def kept_page(self, row, typed, version):
        """The kept text; where nothing was typed, what is stored by now."""
        asked = clashes.asked(version, self.fields)  # and not answered
        base = {name: value for name, value in version.base.items() if name not in asked}
        prints = merging.fingerprint(typed.data)
        mine = {name: typed.data[name] for name in prints if prints[name] != base.get(name)}
        now = {name: value for name, value in self.seen(row).items() if name not in mine}
        form = self.form_class(instance=row, initial=mine)
        return self.form_page(form, {**base, **now}, is_kept=True)

    def compare(self, row, typed, version):
        """The kept text beside what is stored; None when they do not clash."""
        stored = copy.copy(row)
        data = {name: merging.sent(value) for name, value in typed.data.items()}
        form = self.form_class(data, instance=row)
        form.is_valid()
        names = [name for name in self.fields if name in form.cleaned_data]
        sides = (merging.values_of(each, names) for each in (stored, row))
        found = merging.merge(version.base, *sides).clashes
        return self.clash_page(form, stored, found, version) if found else None

    def clash_page(self, form, stored, units, version, open_questions=()):
        """Both sides of each clash; nothing is chosen beforehand."""
        names = [name for unit in units for name in unit]
        seen = merging.fingerprint(merging.values_of(stored, names))
        asks = tuple(unit[0] for unit in units)
        return self.page(
            form,
            status=422 if open_questions else 409 if self.request.method == "POST" else 200,
            template="exporters/section_clash.html",
            clashes=clashes.side_by_side(form, stored, units, self.request.user, open_questions),
            typed=clashes.as_sent(form),
            stay="stay" in self.request.POST or self.request.method == "GET",
            version=versions.opened(self.request.user, {**version.base, **seen}, asks),
        )

    def refused(self, response):
        """The row takes no changes any more: the text once more, to copy."""
        request = self.request
        if autosave.wanted(request):
            reasons = " ".join(str(message) for message in get_messages(request))
            return autosave.answer(request, "refused", text=reasons)
        form = self.form_class(request.POST)
        typed = [
            (field.label, clashes.shown(field.field, field.value()))
            for field in form.visible_fields()
            if field.value() and not isinstance(field.field, BooleanField)
        ]
        if not typed:
            return response
        url, label = self.way_back()
        context = {"back_url": url, "back_label": label, "typed": typed}
        return render(request, "exporters/section_refused.html", context, status=409)
