package main

import (
	"context"
	"fmt"
	"os"
	"vivarium/internal/site"
)

func main() {
	_, err := site.Build(context.Background(), site.Options{Log: os.Stdout})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
