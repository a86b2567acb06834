"""The API document for people: Swagger UI from an installed package, nothing from other hosts."""

from importlib.resources import files

# Files of the package that are served; nothing else of it can be asked for.
ASSETS = {
    "swagger-ui.css": "text/css; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PAGE = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<title>巴山 · 接口文档</title>
<link rel="icon" href="docs/favicon-32x32.png">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
"""
START = """SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis],
});
"""


def asset(name: str) -> tuple[bytes, str] | None:
    """Content and media type of one of the page's files; None for any other name."""
    if name == "start.js":
        return START.encode(), ASSETS["swagger-ui-bundle.js"]
    if name not in ASSETS:
        return None
    return files("fastapi_swagger.resources").joinpath(name).read_bytes(), ASSETS[name]
