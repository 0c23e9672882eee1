"""An item and its page, locked for one write, and the refusals that hold for every write to what somebody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import swapper
from django.utils.translation import gettext as _
from wagtail.locks import BasicLock

from planner import access
from planner.aims import Reason, Refusal
from planner.models import ContentItem

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from wagtail.models import AbstractPage


def lock_item(key: int) -> tuple[ContentItem, AbstractPage | None]:
    """The row and its page, locked in the order in which the page editor locks them. Raises `Refusal` if it is gone.

    Three queries, within the caller's transaction.
    """
    Page = swapper.load_model("wagtailcore", "Page")
    page_key = ContentItem.objects.filter(pk=key).values_list("page", flat=True).first()
    page = Page.objects.select_for_update().filter(pk=page_key).first() if page_key else None
    row = ContentItem.objects.select_for_update().filter(pk=key).first()
    if row is None or (page_key and page is None):
        raise gone()
    if page:
        row.page = page
    return row, page


def gone() -> Refusal:
    """One answer for what was deleted and for what this reader may not see (any more)."""
    return Refusal(Reason.GONE, _("This item is not there any more. Reload the screen to see what is."))


def check_that_it_is_there(row: ContentItem, page: AbstractPage | None, user: AbstractBaseUser) -> None:
    """Raises `Refusal` for what the user may not see, and for an alias, which follows its original."""
    if page and page.alias_of_id and access.sees_page(user, page):
        text = _("“%(title)s” is an alias: it follows its original. Move the original.")
        raise Refusal(Reason.IMPOSSIBLE, text % {"title": row.display_title})
    if not access.visible_items(user).filter(pk=row.pk).exists():
        raise gone()


def check_that_nobody_locked_it(page: AbstractPage, title: str, user: AbstractBaseUser) -> None:
    """Raises `Refusal` where somebody locked the page for this user, by name for whoever may know them.

    `page`: of its specific type.
    """
    if page.locked and BasicLock(page).for_user(user):
        raise Refusal(Reason.IMPOSSIBLE, _locked(page, user) % {"title": title, "name": _name_of(page.locked_by)})


def _locked(page: AbstractPage, user: AbstractBaseUser) -> str:
    # Wagtail tells who locked a page to whoever can open its editor.
    if page.locked_by_id == user.pk:
        return _("“%(title)s” is locked by yourself. Unlock it first.")
    if page.locked_by_id and page.permissions_for_user(user).can_edit():
        return _("“%(title)s” is locked by %(name)s. Ask them to unlock it.")
    return _("“%(title)s” is locked. It has to be unlocked first.")


def _name_of(user: AbstractBaseUser | None) -> str:
    return (user.get_full_name() or user.get_username()) if user else ""
