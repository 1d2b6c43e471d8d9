package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const script = "export const a = 1;\n"

// site makes a small built site.
func siteDir(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "assets"), 0o755))
	long := strings.Repeat(script, 100)
	write := func(name, content string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644))
	}
	write("index.html", "<!doctype html>")
	write("assets/app-1.js", long)
	write("assets/m-1.wasm", "\x00asm")
	write("secret.txt", "not of the site")
	for _, e := range encodings {
		packed, err := e.pack([]byte(long))
		require.NoError(t, err)
		write("assets/app-1.js"+e.suffix, string(packed))
	}
	return dir
}

func ask(t *testing.T, h http.Handler, method, path, accept string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, path, nil)
	if accept != "" {
		r.Header.Set("Accept-Encoding", accept)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestHandlerTypes(t *testing.T) {
	h := Handler(os.DirFS(siteDir(t)))
	for path, want := range map[string]string{
		"/":                "text/html; charset=utf-8",
		"/index.html":      "text/html; charset=utf-8",
		"/assets/app-1.js": "text/javascript; charset=utf-8",
		"/assets/m-1.wasm": "application/wasm",
	} {
		response := ask(t, h, "GET", path, "")
		assert.Equal(t, http.StatusOK, response.StatusCode, path)
		assert.Equal(t, want, response.Header.Get("Content-Type"), path)
	}
}

func TestHandlerCaching(t *testing.T) {
	h := Handler(os.DirFS(siteDir(t)))
	assert.Equal(t, "no-cache", ask(t, h, "GET", "/", "").Header.Get("Cache-Control"))
	assert.Contains(t, ask(t, h, "GET", "/assets/app-1.js", "").Header.Get("Cache-Control"), "immutable")
}

func TestHandlerCompression(t *testing.T) {
	h := Handler(os.DirFS(siteDir(t)))
	long := strings.Repeat(script, 100)
	for _, tt := range []struct {
		accept, encoding string
		unpack           func(io.Reader) (io.Reader, error)
	}{
		{"gzip, deflate, br", "br", func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil }},
		{"gzip;q=0.5", "gzip", func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) }},
		{"br;q=0, identity", "", func(r io.Reader) (io.Reader, error) { return r, nil }},
		{"", "", func(r io.Reader) (io.Reader, error) { return r, nil }},
	} {
		t.Run(tt.accept, func(t *testing.T) {
			response := ask(t, h, "GET", "/assets/app-1.js", tt.accept)
			assert.Equal(t, tt.encoding, response.Header.Get("Content-Encoding"))
			assert.Equal(t, "Accept-Encoding", response.Header.Get("Vary"))
			unpacked, err := tt.unpack(response.Body)
			require.NoError(t, err)
			body, err := io.ReadAll(unpacked)
			require.NoError(t, err)
			assert.Equal(t, long, string(body))
		})
	}
	head := ask(t, h, "HEAD", "/assets/app-1.js", "br")
	body, err := io.ReadAll(head.Body)
	require.NoError(t, err)
	assert.Empty(t, body)
	assert.NotEmpty(t, head.Header.Get("Content-Length"))
}

func TestHandlerRefuses(t *testing.T) {
	h := Handler(os.DirFS(siteDir(t)))
	for _, path := range []string{"/none.js", "/secret.txt", "/assets/app-1.js.br", "/assets", "/../secret.txt", "/assets/"} {
		assert.Equal(t, http.StatusNotFound, ask(t, h, "GET", path, "").StatusCode, path)
	}
	assert.Equal(t, http.StatusMethodNotAllowed, ask(t, h, "POST", "/", "").StatusCode)
}

func TestServe(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	read, write := io.Pipe()
	done := make(chan error, 1)
	go func() { done <- Serve(ctx, ServeOptions{Dir: siteDir(t), Log: write}) }()
	buffer := make([]byte, 200)
	n, err := read.Read(buffer)
	require.NoError(t, err)
	line := string(buffer[:n])
	require.Contains(t, line, "Vivarium is at http://")
	address, _, _ := strings.Cut(line[strings.Index(line, "http://"):], "\n")
	go io.Copy(io.Discard, read)
	response, err := http.Get(address)
	require.NoError(t, err)
	defer response.Body.Close()
	assert.Equal(t, http.StatusOK, response.StatusCode)
	stop()
	select {
	case err := <-done:
		assert.NoError(t, err)
	case <-time.After(5 * time.Second):
		t.Fatal("the server did not stop")
	}
}

func TestServeSaysWhenThePortIsTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "localhost:0")
	require.NoError(t, err)
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	for _, host := range []string{"", "localhost"} {
		err = Serve(context.Background(), ServeOptions{Dir: siteDir(t), Host: host, Port: port})
		require.ErrorContains(t, err, "is taken")
		assert.ErrorContains(t, err, "--port")
	}
}

func TestServeNeedsABuiltSite(t *testing.T) {
	err := Serve(context.Background(), ServeOptions{Dir: t.TempDir()})
	assert.ErrorContains(t, err, "build it first")
}

// The binary holds compressed files only; a browser that takes no compression gets them all the same.
func TestHandlerUnpacksWhatIsThereCompressedOnly(t *testing.T) {
	packed, err := encodings[1].pack([]byte(script))
	require.NoError(t, err)
	h := Handler(fstest.MapFS{"assets/app-1.js.gz": {Data: packed}})
	assert.Equal(t, "gzip", ask(t, h, "GET", "/assets/app-1.js", "gzip").Header.Get("Content-Encoding"))
	plain := ask(t, h, "GET", "/assets/app-1.js", "")
	assert.Empty(t, plain.Header.Get("Content-Encoding"))
	body, err := io.ReadAll(plain.Body)
	require.NoError(t, err)
	assert.Equal(t, script, string(body))
}

// What was built is what the binary serves; what an earlier build left is not.
func TestTakeAlong(t *testing.T) {
	out, folder := siteDir(t), t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "assets"), 0o755))
	for _, name := range []string{"README.md", "assets/app-0.js.gz"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o644))
	}
	require.NoError(t, takeAlong(out, folder, []File{{Name: "index.html"}, {Name: "assets/app-1.js"}}))
	assert.FileExists(t, filepath.Join(folder, "README.md"))
	assert.NoFileExists(t, filepath.Join(folder, "assets", "app-0.js.gz"))
	h := Handler(os.DirFS(folder))
	assert.Equal(t, http.StatusOK, ask(t, h, "GET", "/", "gzip").StatusCode)
	assert.Equal(t, "gzip", ask(t, h, "GET", "/assets/app-1.js", "gzip, br").Header.Get("Content-Encoding"))
}

func TestHandlerKnowsWhatTheBrowserHas(t *testing.T) {
	h := Handler(fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}})
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("If-None-Match", ask(t, h, "GET", "/", "").Header.Get("ETag"))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, http.StatusNotModified, w.Code)
}

func TestServeSaysTheAddressesOfTheNetwork(t *testing.T) {
	var log strings.Builder
	sayAddresses(&log, "", 8080)
	assert.True(t, strings.HasPrefix(log.String(), "Vivarium is at http://localhost:8080/\n"), log.String())
	for _, a := range networkAddresses() {
		assert.Contains(t, log.String(), "On this network: http://"+a+":8080/\n")
	}
	log.Reset()
	sayAddresses(&log, "localhost", 8080)
	assert.Equal(t, "Vivarium is at http://localhost:8080/\n", log.String())
}

func TestAccepts(t *testing.T) {
	assert.True(t, accepts("gzip, br", "br"))
	assert.True(t, accepts("br; q=0.1", "br"))
	assert.False(t, accepts("br;q=0", "br"))
	assert.False(t, accepts("brotli", "br"))
	assert.False(t, accepts("", "br"))
}

func TestCompressReusesWhatIsThere(t *testing.T) {
	old, work := t.TempDir(), t.TempDir()
	for _, dir := range []string{old, work} {
		require.NoError(t, os.Mkdir(filepath.Join(dir, "assets"), 0o755))
	}
	content := bytes.Repeat([]byte("abc "), 1000)
	require.NoError(t, os.WriteFile(filepath.Join(old, "assets/a.js"), content, 0o644))
	require.NoError(t, os.WriteFile(filepath.Join(old, "assets/a.js.br"), []byte("from before"), 0o644))
	report, err := compress(work, old, []output{{"assets/a.js", content}, {"assets/b.js", content}, {"assets/tiny.js", []byte("1")}, {"about.html", []byte("2")}})
	require.NoError(t, err)
	reused, err := os.ReadFile(filepath.Join(work, "assets/a.js.br"))
	require.NoError(t, err)
	assert.Equal(t, "from before", string(reused))
	made, err := os.ReadFile(filepath.Join(work, "assets/b.js.br"))
	require.NoError(t, err)
	back, err := io.ReadAll(brotli.NewReader(bytes.NewReader(made)))
	require.NoError(t, err)
	assert.Equal(t, content, back)
	assert.NoFileExists(t, filepath.Join(work, "assets/tiny.js.br"))
	assert.Len(t, report.Files, 4)
	report.First = []string{"assets/a.js", "assets/tiny.js"}
	assert.Equal(t, int64(len("from before")+1), report.Weight())
}
