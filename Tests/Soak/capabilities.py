"""What the models keep, by the table that `eco documents` prints."""
import re
import subprocess

MANY_CLIENTS = "many clients at the same time"
IDLE_TIMEOUT = "an end for clients that say nothing for long"
WRITE_TIMEOUT = "an end for clients that do not take their answers"
THREAD_PER_CLIENT = "a thread per client"


def read(eco):
    """What each model keeps, by its name: those of the four above that it does."""
    text = subprocess.run([eco, "documents"], capture_output=True, text=True, check=True).stdout
    table = re.search("<!-- capabilities:begin -->\n(.*?)<!-- capabilities:end -->", text, re.DOTALL)[1]
    head, _, *rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.splitlines()]
    # What stands in brackets tells about options.
    kept = {re.sub(r" \(.*", "", name): cells for name, *cells in rows}
    names = [MANY_CLIENTS, IDLE_TIMEOUT, WRITE_TIMEOUT, THREAD_PER_CLIENT]
    return {model: {name for name in names if kept[name][column] == "yes"} for column, model in enumerate(head[1:])}
