package main

import (
	"context"
	"flag"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"vivarium/internal/site"
	"vivarium/runtime/stdlib"
	"vivarium/runtime/system"
)

// imageCommand compiles the standard library; go generate runs it in the
// library's folder.
func imageCommand(env *environment, args []string) int {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	flags.SetOutput(env.stderr)
	listing := flags.String("listing", "", "file for the disassembly of the library")
	if err := flags.Parse(args); err != nil {
		return statusUsage
	}
	var list io.Writer
	if *listing != "" {
		f, err := os.Create(*listing)
		if err != nil {
			return env.fail("%v", err)
		}
		defer f.Close()
		list = f
	}
	images, err := system.LibraryImages(env.stderr, list, len(stdlib.ImageFiles), stdlib.Places())
	if err != nil {
		return env.fail("%v", err)
	}
	// What an earlier version made would be embedded, too.
	old, err := filepath.Glob(filepath.Join(filepath.Dir(stdlib.ImageFiles[0]), "*.bin"))
	if err != nil {
		return env.fail("%v", err)
	}
	for _, name := range old {
		if err := os.Remove(name); err != nil {
			return env.fail("%v", err)
		}
	}
	for i, name := range stdlib.ImageFiles {
		if err := os.WriteFile(name, images[i], 0o644); err != nil {
			return env.fail("%v", err)
		}
	}
	return 0
}

func buildCommand(env *environment, args []string) int {
	flags := flag.NewFlagSet("build", flag.ContinueOnError)
	flags.SetOutput(env.stderr)
	address := flags.String("address", hostAddress(), "where the site will be, such as https://vivarium.example/; for oEmbed, which needs whole addresses")
	if err := flags.Parse(args); err != nil {
		return statusUsage
	}
	if _, err := site.Build(context.Background(), site.Options{Address: *address, Log: env.stdout}); err != nil {
		return env.fail("%v", err)
	}
	return 0
}

// hostAddress is the site's address as Netlify's builds are told it; "" elsewhere.
func hostAddress() string {
	if address := os.Getenv("URL"); os.Getenv("NETLIFY") == "true" && address != "" {
		return strings.TrimSuffix(address, "/") + "/"
	}
	return ""
}

func serveCommand(env *environment, args []string) int {
	flags := flag.NewFlagSet("serve", flag.ContinueOnError)
	flags.SetOutput(env.stderr)
	port := flags.Int("port", 8080, "TCP port; 0 chooses a free one")
	host := flags.String("host", "", "address to listen on, such as localhost; without it, every one of this computer")
	dir := flags.String("dir", "", "a built site; without it, dist/ of the source tree or the site inside this program")
	if err := flags.Parse(args); err != nil {
		return statusUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := site.Serve(ctx, site.ServeOptions{Dir: *dir, Host: *host, Port: *port, Log: env.stdout}); err != nil {
		return env.fail("%v", err)
	}
	return 0
}
