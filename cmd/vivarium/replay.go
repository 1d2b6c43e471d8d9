package main

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"vivarium/runtime/system"
)

// recordings is what `vivarium run` does with a run as a file.
type recordings struct{ record, replay string }

// takeRecordings takes --record and --replay out of the arguments; nil when they
// are not there.
func takeRecordings(args *[]string) *recordings {
	var r recordings
	var rest []string
	for i := 0; i < len(*args); i++ {
		arg := (*args)[i]
		if arg == "--" {
			rest = append(rest, (*args)[i:]...)
			break
		}
		if to := map[string]*string{"--record": &r.record, "--replay": &r.replay}[arg]; to != nil && i+1 < len(*args) {
			i++
			*to = (*args)[i]
			continue
		}
		rest = append(rest, arg)
	}
	if r == (recordings{}) {
		return nil
	}
	*args = rest
	return &r
}

func (r *recordings) run(env *environment, args []string) int {
	stdout := bufio.NewWriter(env.stdout)
	defer stdout.Flush()
	output := func(device uint8, text string) {
		if device == 0 {
			_, _ = stdout.WriteString(text)
			return
		}
		_ = stdout.Flush()
		_, _ = env.stderr.Write([]byte(text))
	}
	if r.replay != "" {
		if len(args) > 0 || r.record != "" {
			env.fail("a run that is gone through again has its program and seed in its file")
			return statusUsage
		}
		return replayRun(env, r.replay, output, stdout.Flush)
	}
	config := system.LiveConfig{Output: output}
	for i := 0; i < len(args); i++ {
		switch arg := args[i]; {
		case arg == "--seed" && i+1 < len(args):
			i++
			seed, err := strconv.ParseUint(args[i], 10, 64)
			if err != nil {
				env.fail("--seed needs a number, not %s", args[i])
				return statusUsage
			}
			config.Seed = seed
		case strings.HasPrefix(arg, "-") || config.File != "":
			env.fail("a run is recorded of one file, in virtual time; %s does not go with that", arg)
			return statusUsage
		default:
			source, err := os.ReadFile(arg)
			if err != nil {
				return env.fail("%v", err)
			}
			config.Source, config.File = string(source), filepath.Base(arg)
		}
	}
	if config.File == "" {
		env.fail("nothing to run")
		return statusUsage
	}
	recording, status, err := system.Record(config)
	_ = stdout.Flush()
	if err != nil {
		env.fail("%v", err)
	}
	if recording == nil {
		return status
	}
	data, err := recording.Encode()
	if err == nil {
		err = os.WriteFile(r.record, data, 0o644)
	}
	if err != nil {
		return env.fail("%v", err)
	}
	return status
}

func replayRun(env *environment, name string, output func(uint8, string), flush func() error) int {
	data, err := os.ReadFile(name)
	if err != nil {
		return env.fail("%v", err)
	}
	recording, err := system.DecodeRecording(data)
	if err != nil {
		return env.fail("%s: %v", name, err)
	}
	status, _, err := recording.Replay(nil, output)
	_ = flush()
	var differs *system.ErrReplay
	if errors.As(err, &differs) {
		env.fail("%s: %v; it was recorded with another version, or the file was changed", name, err)
		return 1
	}
	if err != nil {
		return env.fail("%v", err)
	}
	return status
}
