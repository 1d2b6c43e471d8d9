package site

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const frontPage = `<html data-root="./"><head><link rel="manifest" href="./m">
<script src="./assets/theme-1.js"></script><link rel="stylesheet" href="./assets/app-1.css"><script type="module" src="./assets/app-1.js"></script>
</head><body><main id="main">x</main></body></html>`

func TestFillSingle(t *testing.T) {
	parts := singleParts{theme: "theme()", boot: "boot()", style: "a{}", worker: "work()", payload: "cGF5", machine: "bWFj"}
	page, err := fillSingle(frontPage, parts)
	require.NoError(t, err)
	assert.NotRegexp(t, `(src|href)="\./`, page, "nothing lies beside it")
	for _, want := range []string{"<html data-single ", "<script>theme()</script>", "<style>a{}</style>", `id="v-machine">bWFj<`, inlineHash("boot()")} {
		assert.Contains(t, page, want)
	}
	assert.NotContains(t, page, "unsafe-inline")

	_, err = fillSingle("<html ></body>", parts)
	assert.ErrorContains(t, err, "not one")
	parts.worker = `"</script>"`
	_, err = fillSingle(frontPage, parts)
	assert.ErrorContains(t, err, "end its element")
}

func TestElement(t *testing.T) {
	main, err := element(frontPage, "main")
	require.NoError(t, err)
	assert.Equal(t, "x", main)
	article, err := element(`<p><article id="a">y</article></p>`, "article")
	require.NoError(t, err)
	assert.Equal(t, `<article id="a">y</article>`, article)
	_, err = element("<p>", "main")
	assert.Error(t, err)
}
