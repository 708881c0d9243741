"""The editor of rich text in the admin, by keyboard and mouse, under the site's own security policy."""

from django.contrib.auth.models import User
from playwright.sync_api import expect

from citynet.content.models import Page

FROM_WORD = (
    "<html><head><style>p.MsoNormal{margin:0}</style></head><body><p class=MsoNormal style='margin-top:0cm'>"
    "<b style='color:red'>Bold</b> words</p><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
    "<span style='mso-list:Ignore'>·</span>One</p><p class=MsoListParagraph style='mso-list:l0 level1 lfo1'>"
    "<span style='mso-list:Ignore'>·</span>Two</p></body></html>"
)
PASTE = """(element, html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


def test_an_editor_writes_a_heading_a_link_a_table_and_a_section_and_pastes_from_word(browser_page, client):
    page = browser_page
    client.force_login(User.objects.create_superuser("desk"))
    session = client.cookies["sessionid"].value
    page.goto("/healthz")
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": page.url}])
    page.goto("/admin/content/page/add/")
    # Django's own label names it, and its buttons are one stop of the Tab key.
    words = page.get_by_role("textbox", name="Text").first
    toolbar = page.get_by_role("toolbar", name="Format the text").filter(visible=True).first
    expect(toolbar.locator("button[tabindex='0']")).to_have_count(1)
    words.click()
    page.keyboard.press("Alt+F10")
    heading = toolbar.get_by_role("button", name="Heading", exact=True)
    expect(heading).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(toolbar.get_by_role("button", name="Subheading")).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-pressed", "true")
    expect(words).to_be_focused()
    page.keyboard.type("Who joins")
    page.keyboard.press("Enter")
    page.keyboard.type("See ")
    page.keyboard.press("Control+k")
    link = page.get_by_role("dialog", name="Link")
    link.get_by_label("Words of the link").fill("all cities")
    link.get_by_label("Address").fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(link.get_by_role("status")).to_contain_text("This is no address")
    link.get_by_label("Address").fill("/cities/")
    page.keyboard.press("Enter")
    expect(words.get_by_role("link", name="all cities")).to_have_attribute("href", "/cities/")
    words.locator("p").last.click()
    words.evaluate(PASTE, FROM_WORD)
    expect(words.get_by_role("listitem")).to_have_count(2)
    words.locator("p").last.click()
    toolbar.get_by_role("button", name="Table", exact=True).click()
    table = page.get_by_role("dialog", name="Table")
    table.get_by_label("Caption").fill("By year")
    table.get_by_label("Rows, with the headings").fill("2")
    page.keyboard.press("Enter")
    expect(words.get_by_role("table")).to_be_visible()
    for cell in ("Year", "Cities", "1995"):
        page.keyboard.type(cell)
        page.keyboard.press("Tab")
    page.keyboard.type("12")
    words.locator("p").last.click()
    toolbar.get_by_role("button", name="Section to open").click()
    page.keyboard.type("Who may join?")
    page.keyboard.press("Enter")
    page.keyboard.type("Every city.")

    page.locator("#id_name").fill("Joining")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was added successfully").wait_for()
    page.locator("#result_list").wait_for()
    assert Page.objects.get().text == (
        '<h2>Who joins</h2><p>See <a href="/cities/">all cities</a></p><p><strong>Bold</strong> words</p>'
        "<ul><li>One</li><li>Two</li></ul><table><caption>By year</caption><tbody><tr><th>Year</th><th>Cities</th>"
        "</tr><tr><td>1995</td><td>12</td></tr></tbody></table>"
        "<details><summary>Who may join?</summary><p>Every city.</p></details>"
    )
