package main

import (
	_ "embed"
	"flag"
	"fmt"
	"io"
	"strings"

	"vivarium/runtime/system"
)

// The names and arities of what Elixir 1.20 and OTP 29 document: a module a
// paragraph, its functions and its macros in the lines below it.
//
//go:embed api.txt
var documented string

// apiModule is a module and what it documents: "all?/1".
type apiModule struct {
	name              string
	functions, macros []string
}

func documentedAPI() []apiModule {
	var modules []apiModule
	var list *[]string
	for line := range strings.Lines(documented) {
		if !strings.HasPrefix(line, " ") {
			modules = append(modules, apiModule{name: strings.TrimSpace(line)})
			continue
		}
		names := strings.Fields(line)
		switch m := &modules[len(modules)-1]; names[0] {
		case "functions":
			list, names = &m.functions, names[1:]
		case "macros":
			list, names = &m.macros, names[1:]
		}
		*list = append(*list, names...)
	}
	return modules
}

// apiCommand lists what the library has of what is documented.
func apiCommand(env *environment, args []string) int {
	flags := flag.NewFlagSet("api", flag.ContinueOnError)
	flags.SetOutput(env.stderr)
	onlyMissing := flags.Bool("missing", false, "list only what is not there")
	if flags.Parse(args) != nil {
		return statusUsage
	}
	there, missing, err := checkAPI(func(name string, there bool) {
		switch {
		case !there:
			fmt.Fprintln(env.stdout, name, "not there")
		case !*onlyMissing:
			fmt.Fprintln(env.stdout, name, "there")
		}
	})
	if err != nil {
		return env.fail("%v", err)
	}
	fmt.Fprintf(env.stdout, "%d functions and macros documented: %d there, %d not there\n", there+missing, there, missing)
	return 0
}

// apiProgram tells of each of the modules given as arguments, a line each,
// which of the names behind it are not there.
const apiProgram = `
for line <- System.argv() do
  [name | functions] = String.split(line, " ")
  module = if match?(":" <> _, name), do: String.to_atom(binary_part(name, 1, byte_size(name) - 1)), else: Module.concat([name])
  loaded? = Code.ensure_loaded?(module)
  macros = if loaded? and function_exported?(module, :__info__, 1), do: module.__info__(:macros), else: []

  missing =
    for text <- functions do
      {slash, 1} = text |> :binary.matches("/") |> List.last()
      <<function::binary-size(^slash), "/", arity::binary>> = text
      arity = String.to_integer(arity)

      there? =
        case function do
          "macro:" <> macro -> {String.to_atom(macro), arity} in macros
          _ -> loaded? and function_exported?(module, String.to_atom(function), arity)
        end

      if there?, do: [], else: [" ", text]
    end

  IO.puts([name, missing])
end
`

// checkAPI calls report for each documented function and macro, "Enum.map/2",
// and counts them.
func checkAPI(report func(name string, there bool)) (there, missing int, err error) {
	modules := documentedAPI()
	var out strings.Builder
	program := system.Program{
		Commands: []system.Command{system.Eval(apiProgram)},
		Clock:    &system.VirtualTime{},
		Output:   func(_ bool, text []byte) { out.Write(text) },
	}
	for _, m := range modules {
		names := append([]string{m.name}, m.functions...)
		for _, macro := range m.macros {
			names = append(names, "macro:"+macro)
		}
		program.Argv = append(program.Argv, strings.Join(names, " "))
	}
	status, err := system.RunProgram(program)
	if err != nil {
		return 0, 0, err
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if status != 0 || len(lines) != len(modules) {
		return 0, 0, fmt.Errorf("the program that asks the library failed: %w\n%s", io.ErrUnexpectedEOF, out.String())
	}
	for i, m := range modules {
		absent := map[string]bool{}
		for _, name := range strings.Fields(lines[i])[1:] {
			absent[name] = true
		}
		check := func(prefix string, names []string) {
			for _, name := range names {
				is := !absent[prefix+name]
				if is {
					there++
				} else {
					missing++
				}
				report(m.name+"."+name, is)
			}
		}
		check("", m.functions)
		check("macro:", m.macros)
	}
	return there, missing, nil
}
