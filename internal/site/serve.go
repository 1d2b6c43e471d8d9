package site

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// ServeOptions says what Serve serves and where.
type ServeOptions struct {
	// Dir is a built site. Empty: dist under the module's directory.
	Dir string
	// Host is the address to listen on. Empty: localhost, which no other machine can reach.
	Host string
	// Port is the TCP port; 0 lets the system choose a free one.
	Port int
	// Log receives the address, and nothing else. Nil: nothing is said.
	Log io.Writer
}

// Serve serves a built site until ctx ends. It says the address once connections are accepted.
func Serve(ctx context.Context, o ServeOptions) error {
	dir := o.Dir
	if dir == "" {
		root, err := moduleRoot("")
		if err != nil {
			return err
		}
		dir = path.Join(root, "dist")
	}
	if _, err := os.Stat(path.Join(dir, "index.html")); err != nil {
		return fmt.Errorf("%s holds no built site: build it first", dir)
	}
	host := o.Host
	if host == "" {
		host = "localhost"
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(o.Port)))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %d is taken: stop what uses it, or choose another with --port", o.Port)
	}
	if err != nil {
		return fmt.Errorf("serving the site: %w", err)
	}
	if o.Log != nil {
		port := listener.Addr().(*net.TCPAddr).Port
		fmt.Fprintf(o.Log, "Vivarium is at http://%s/\n", net.JoinHostPort(host, strconv.Itoa(port)))
	}
	server := &http.Server{Handler: Handler(dir), ReadHeaderTimeout: 10 * time.Second}
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

// Content types by extension; the machine's own table may lack some, and WebAssembly must have its own to be compiled
// while it loads.
var contentTypes = map[string]string{
	".html":   "text/html; charset=utf-8",
	".css":    "text/css; charset=utf-8",
	".js":     "text/javascript; charset=utf-8",
	".json":   "application/json",
	".wasm":   "application/wasm",
	".svg":    "image/svg+xml",
	".png":    "image/png",
	".livemd": "text/markdown; charset=utf-8",
}

// Handler serves the files of a built site, compressed as the browser accepts it. Files in assets/ are cached for ever,
// since their names carry their hash; everything else is asked for anew.
func Handler(dir string) http.Handler {
	root := http.Dir(dir)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "only GET and HEAD", http.StatusMethodNotAllowed)
			return
		}
		name := path.Clean("/" + r.URL.Path)
		if strings.HasSuffix(r.URL.Path, "/") {
			name = path.Join(name, "index.html")
		}
		kind, known := contentTypes[path.Ext(name)]
		if !known {
			http.NotFound(w, r)
			return
		}
		file, info, err := open(root, name)
		if err != nil {
			http.NotFound(w, r)
			return
		}
		defer file.Close()

		h := w.Header()
		h.Set("Content-Type", kind)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Encoding")
		if strings.HasPrefix(name, "/assets/") {
			h.Set("Cache-Control", "public, max-age=31536000, immutable")
		} else {
			h.Set("Cache-Control", "no-cache")
		}
		for _, e := range encodings {
			if !accepts(r.Header.Get("Accept-Encoding"), e.name) {
				continue
			}
			packed, packedInfo, err := open(root, name+e.suffix)
			if err != nil {
				continue
			}
			defer packed.Close()
			h.Set("Content-Encoding", e.name)
			h.Set("Content-Length", strconv.FormatInt(packedInfo.Size(), 10))
			if r.Method == http.MethodGet {
				io.Copy(w, packed) // an error means that the browser went away
			}
			return
		}
		http.ServeContent(w, r, name, info.ModTime(), file)
	})
}

// open opens a regular file.
func open(root http.Dir, name string) (http.File, os.FileInfo, error) {
	file, err := root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		file.Close()
		return nil, nil, os.ErrNotExist
	}
	return file, info, nil
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
