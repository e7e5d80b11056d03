"""QR codes as pictures for pages."""

from urllib.parse import quote

from reportlab.graphics.barcode.qr import QrCodeWidget

_QUIET = 4  # empty modules around the code, as the standard asks


def svg_data_uri(text: str) -> str:
    """The QR code of `text` as an SVG in a data: address, which the content policy allows."""
    widget = QrCodeWidget(text, barLevel="M")
    widget.qr.make()
    modules = widget.qr.modules
    side = len(modules) + 2 * _QUIET
    squares = "".join(
        f"M{column + _QUIET} {row + _QUIET}h1v1h-1z"
        for row, line in enumerate(modules)
        for column, dark in enumerate(line)
        if dark
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{squares}"/></svg>'
    )
    return f"data:image/svg+xml,{quote(svg)}"
