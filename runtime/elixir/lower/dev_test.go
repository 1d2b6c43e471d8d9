package lower

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"vivarium/runtime/internal/code"
)

func TestDev(t *testing.T) {
	b, err := os.ReadFile("/tmp/lw/" + os.Getenv("DUMP"))
	require.NoError(t, err)
	mods, err := expandedModules(b)
	require.NoError(t, err)
	start := time.Now()
	words, fails := 0, 0
	for _, m := range mods {
		if only := os.Getenv("ONLY"); only != "" && m.name != only {
			continue
		}

		func() {
			defer func() {
				if os.Getenv("CRASH") == "" {
					if r := recover(); r != nil {
						fails++
						t.Errorf("%s: %v", m.name, r)
					}
				}
			}()
			t0 := time.Now()
			out, err := Module(m.name, m.file, m.functions)
			println2(m.name, time.Since(t0))
			if err != nil {
				fails++
				t.Errorf("%s: %v", m.name, err)
				return
			}
			words += len(out.Code)
			if err := code.Verify(out); err != nil {
				fails++
				t.Errorf("verify %s: %v", m.name, err)
			}
			if os.Getenv("DIS") != "" {
				var sb strings.Builder
				_ = code.Disassemble(&sb, out)
				txt := sb.String()
				if fn := os.Getenv("FN"); fn != "" {
					for _, p := range strings.Split(txt, "\n\n") {
						if strings.Contains(strings.SplitN(p, "\n", 2)[0], fn) {
							t.Log("\n" + p)
						}
					}
				} else {
					t.Log("\n" + txt)
				}
			}
		}()
	}
	t.Logf("%d modules, %d failed, %d words, %v", len(mods), fails, words, time.Since(start))
}

func init() {
	println2 = func(s string, d time.Duration) {
		if d > 100*time.Millisecond {
			println(s, d.String())
		}
	}
}

var println2 func(string, time.Duration)
