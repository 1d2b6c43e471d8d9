package format

import (
	"os"
	"testing"
)

func TestAdhoc(t *testing.T) {
	if p := os.Getenv("ADHOC"); p != "" {
		compareGolden(t, p+".txt", p+".golden")
	}
}
