"""The pages that everybody sees, in a real browser: narrow and wide, light and dark."""

import pytest
from playwright.async_api import Browser, expect

from app.auth.account import Role
from app.auth.passwords import hash_password
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("path", ["/", "/sign-in", "/problems/session-closed"])
async def test_a_public_page_is_accessible(module_site: Site, browser: Browser, path: str, width: int, dark: bool) -> None:
    async with tab(browser, module_site, width=width, dark=dark) as page:
        await page.goto(path)
        await assert_accessible(page)


async def test_a_person_signs_in_and_out_by_keyboard(module_site: Site, browser: Browser) -> None:
    person = await module_site.person(Role.CANDIDATE, password_hash=hash_password("right horse"), display_name="Dana Keyboard")
    async with tab(browser, module_site) as page:
        await page.goto("/sign-in?next=/problems/not-found")
        await page.keyboard.type(person.login)
        await page.keyboard.press("Tab")
        await page.keyboard.type("right horse")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/problems/not-found")
        menu = page.locator("details.menu")
        await menu.locator("summary").focus()
        await page.keyboard.press("Enter")
        await assert_accessible(page)
        await expect(menu).to_have_attribute("open", "")
        await page.keyboard.press("Escape")
        await expect(menu).not_to_have_attribute("open", "")
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Sign out").click()
        await expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


async def test_colours_and_language_follow_the_visitors_choice(module_site: Site, browser: Browser) -> None:
    async with tab(browser, module_site) as page:
        await page.goto("/")
        light = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        await page.get_by_role("button", name="Dark").click()
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")
        assert await page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != light
        await page.get_by_role("button", name="Қазақша").click()
        await expect(page.locator("html")).to_have_attribute("lang", "kk")
        await expect(page.locator("html")).to_have_attribute("data-theme", "dark")


async def test_the_skip_link_is_the_first_stop(module_site: Site, browser: Browser) -> None:
    async with tab(browser, module_site) as page:
        await page.goto("/")
        await page.keyboard.press("Tab")
        await expect(page.locator(".skip-link")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
