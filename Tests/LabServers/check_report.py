"""Looks at a report as people and programs do: `check_report.py FOLDER [SCREENSHOTS]`, with Debian's python3.

In headless Chromium: no error in the log, no picture missing, nothing wider than a phone, something to print. And results.json
keeps its schema. Prints what is wrong, and ends with status 1 then.
"""
import base64
import json
import sys
from pathlib import Path

import jsonschema
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

ROOT = Path(__file__).resolve().parent.parent.parent


def browser():
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1200,900"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(service=Service("/usr/bin/chromedriver"), options=options)


def device(driver, width, height, mobile):
    driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": mobile})


def check_page(driver, folder, screenshots):
    driver.get((folder / "index.html").resolve().as_uri())
    for entry in driver.get_log("browser"):
        yield f"the browser says: {entry['level']} {entry['message']}"
    pictures = driver.execute_script(
        "return [...document.images].map(i => ({ok: i.complete && i.naturalWidth > 100, alt: i.alt}))")
    # One for each scenario that has a figure, which draws a file of its own, too. A busy machine may spoil all runs of one.
    drawn = len(list(folder.glob("*.svg")))
    scenarios = len({trial["scenario"] for trial in json.loads((folder / "results.json").read_text())["trials"]
                     for step in trial["steps"] if "failure" not in step and step["result"]["validity"]["word"] != "INVALID"})
    if len(pictures) != drawn or drawn != scenarios or not drawn or "install gnuplot" in driver.page_source:
        yield f"{len(pictures)} pictures in the page, {drawn} files, {scenarios} scenarios"
    yield from (f"a picture is not shown: {picture['alt'][:60]}" for picture in pictures if not picture["ok"])
    yield from (f"a picture has no words for who cannot see it" for picture in pictures if len(picture["alt"]) < 20)
    text = driver.execute_script("return document.body.innerText")
    yield from (f"the page says {word}" for word in ("undefined", "NaN", "Optional(", "nil") if word in text)
    if driver.execute_script("return document.scripts.length"):
        yield "the page has scripts, and was to need none"
    for name, width, height, mobile in (("desktop", 1200, 900, False), ("phone", 390, 844, True)):
        device(driver, width, height, mobile)
        wide = driver.execute_script("return document.documentElement.scrollWidth")
        if wide > width:
            yield f"on a {name} of {width} pixels the page is {wide} wide"
        size = float(driver.execute_script("return getComputedStyle(document.body).fontSize").removesuffix("px"))
        if size < 15:
            yield f"on a {name} the text is {size} pixels high"
        if screenshots:
            whole = driver.execute_script("return document.documentElement.scrollHeight")
            device(driver, width, whole, mobile)
            (screenshots / f"{name}.png").write_bytes(driver.get_screenshot_as_png())
    paper = base64.b64decode(driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": True})["data"])
    pages = paper.count(b"/Type /Page\n") + paper.count(b"/Type /Page ")
    if not paper.startswith(b"%PDF") or len(paper) < 20_000 or not 1 <= pages <= 25:
        yield f"printed it has {pages} pages and {len(paper)} bytes"
    if screenshots:
        (screenshots / "paper.pdf").write_bytes(paper)


def check_data(folder):
    schema = json.loads((ROOT / "Docs/compare.schema.json").read_text())
    for error in jsonschema.Draft7Validator(schema).iter_errors(json.loads((folder / "results.json").read_text())):
        yield f"results.json at {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"


def main():
    folder = Path(sys.argv[1])
    screenshots = Path(sys.argv[2]) if len(sys.argv) > 2 else None
    driver = browser()
    try:
        problems = list(check_page(driver, folder, screenshots)) + list(check_data(folder))
    finally:
        driver.quit()
    print("\n".join(problems) or "nothing is wrong")
    sys.exit(bool(problems))


main()
