package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vivarium/internal/site/builtin"
)

// ServeOptions says what Serve serves and where.
type ServeOptions struct {
	// Dir is a built site. Empty: dist under the module's directory when the working directory is in the source tree, and
	// otherwise the site inside the binary.
	Dir string
	// Host is the address to listen on. Empty: every one of this computer, so that a classroom can come.
	Host string
	// Port is the TCP port; 0 lets the system choose a free one.
	Port int
	// Log receives the addresses, and nothing else. Nil: nothing is said.
	Log io.Writer
}

// Serve serves a built site until ctx ends. It says the addresses once connections are accepted.
func Serve(ctx context.Context, o ServeOptions) error {
	files, err := builtSite(o.Dir)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(o.Host, strconv.Itoa(o.Port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %d is taken: stop what uses it, or choose another with --port", o.Port)
	}
	if err != nil {
		return fmt.Errorf("serving the site: %w", err)
	}
	if o.Log != nil {
		sayAddresses(o.Log, o.Host, listener.Addr().(*net.TCPAddr).Port)
	}
	server := &http.Server{Handler: Handler(files), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		soon, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(soon) != nil {
			server.Close()
		}
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving the site: %w", err)
	}
	<-stopped
	return nil
}

// builtSite finds the site to serve.
func builtSite(dir string) (fs.FS, error) {
	if dir == "" {
		root, err := moduleRoot("")
		if err != nil {
			if files, ok := builtin.Site(); ok {
				return files, nil
			}
			return nil, errors.New("this vivarium was built without the site inside it: build it with ./build.sh, or name a built site with --dir")
		}
		dir = filepath.Join(root, "dist")
	}
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		return nil, fmt.Errorf("%s holds no built site: build it first", dir)
	}
	return os.DirFS(dir), nil
}

// sayAddresses says where the site is: first for this computer, then for others on its networks.
func sayAddresses(log io.Writer, host string, port int) {
	at := func(host string) string {
		return "http://" + net.JoinHostPort(host, strconv.Itoa(port)) + "/"
	}
	if host != "" {
		fmt.Fprintf(log, "Vivarium is at %s\n", at(host))
		return
	}
	fmt.Fprintf(log, "Vivarium is at %s\n", at("localhost"))
	for _, address := range networkAddresses() {
		fmt.Fprintf(log, "On this network: %s\n", at(address))
	}
}

// networkAddresses returns this computer's IPv4 addresses in networks of people: not its own, not those of containers.
func networkAddresses() []string {
	interfaces, err := net.Interfaces()
	if err != nil {
		return nil
	}
	var found []string
	for _, i := range interfaces {
		if i.Flags&net.FlagUp == 0 || i.Flags&net.FlagLoopback != 0 || virtual.MatchString(i.Name) {
			continue
		}
		addresses, err := i.Addrs()
		if err != nil {
			continue
		}
		for _, a := range addresses {
			if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && n.IP.IsGlobalUnicast() {
				found = append(found, n.IP.String())
			}
		}
	}
	return found
}

// virtual matches the names of interfaces that lead to containers and virtual machines only.
var virtual = regexp.MustCompile(`^(docker|br-|veth|virbr|cni|flannel|podman|lxc|vmnet|vboxnet)`)

// Content types by extension; the machine's own table may lack some, and WebAssembly must have its own to be compiled
// while it loads.
var contentTypes = map[string]string{
	".html":        "text/html; charset=utf-8",
	".css":         "text/css; charset=utf-8",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".wasm":        "application/wasm",
	".svg":         "image/svg+xml",
	".png":         "image/png",
	".webmanifest": "application/manifest+json",
	".livemd":      "text/markdown; charset=utf-8",
}

// Handler serves the files of a built site, compressed as the browser accepts it, with the headers of headerRules. Files
// in assets/ are cached for ever; everything else is asked for anew.
func Handler(files fs.FS) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		address := path.Clean("/" + r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "/") {
			address = path.Join(address, "index.html")
		}
		kind, known := contentTypes[path.Ext(address)]
		if !known {
			http.NotFound(w, r)
			return
		}
		name := strings.TrimPrefix(address, "/")
		body, err := choose(files, name, r.Header.Get("Accept-Encoding"))
		if err != nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("Vary", "Accept-Encoding")
		h.Set("Cache-Control", "no-cache")
		for _, said := range headersFor(address) {
			h.Set(said.name, said.value)
		}
		if body.encoding != "" {
			h.Set("Content-Encoding", body.encoding)
			h.Set("Content-Length", strconv.Itoa(len(body.content)))
			r.Header.Del("Range") // of which bytes: the packed or the unpacked?
		}
		if h.Get("Cache-Control") == "no-cache" {
			// The same bytes have the same tag, whenever they were built.
			sum := sha256.Sum256(body.content)
			h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body.content))
	})
}

// body is a file in the form in which it is sent.
type body struct {
	content  []byte
	encoding string // empty: as it is
}

// choose takes the best form of a file that the browser accepts. A site may hold a file in a compressed form only, see
// package builtin.
func choose(files fs.FS, name, accept string) (body, error) {
	for _, e := range encodings {
		if !accepts(accept, e.name) {
			continue
		}
		if content, err := fs.ReadFile(files, name+e.suffix); err == nil {
			return body{content, e.name}, nil
		}
	}
	content, err := fs.ReadFile(files, name)
	if err == nil {
		return body{content, ""}, nil
	}
	packed, notThere := fs.ReadFile(files, name+".gz")
	if notThere != nil {
		return body{}, err
	}
	reader, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return body{}, err
	}
	content, err = io.ReadAll(reader)
	return body{content, ""}, err
}

// accepts says whether an Accept-Encoding header admits an encoding by name.
func accepts(header, name string) bool {
	for part := range strings.SplitSeq(header, ",") {
		coding, q, weighted := strings.Cut(strings.TrimSpace(part), ";")
		if strings.TrimSpace(coding) != name {
			continue
		}
		if !weighted {
			return true
		}
		weight, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(q), "q="), 64)
		return err == nil && weight > 0
	}
	return false
}
