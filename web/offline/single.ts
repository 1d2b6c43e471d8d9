/** The single file's app: the site's, after the file's own ways. */

import "./edition.ts";
import "../app.ts";
