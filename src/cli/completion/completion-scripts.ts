import type { CompletableCommand } from "./describe-commands.js";

/** A text as one word of a shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function bash(commands: readonly CompletableCommand[]): string {
  const cases = commands.map(({ name, options }) => `    ${name}) words=${quote(options.map(({ flag }) => flag).join(" "))} ;;`);
  const values = new Map(
    commands.flatMap(({ options }) => options.filter(({ choices }) => choices.length > 0).map(({ flag, choices }) => [flag, choices])),
  );
  const choices = [...values].map(
    ([flag, words]) => `    ${flag}) COMPREPLY=($(compgen -W ${quote(words.join(" "))} -- "$current")); return ;;`,
  );
  return `# bash completion of dorm: eval "$(dorm completion bash)"
_dorm() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$word" in -*) ;; *) command="$word"; break ;; esac
  done
  case "$previous" in
${choices.join("\n")}
    --config|--output|--out|--hints) COMPREPLY=($(compgen -f -- "$current")); return ;;
  esac
  case "$command" in
    "") words=${quote(commands.map(({ name }) => name).join(" "))} ;;
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -eq 0 ] && COMPREPLY=($(compgen -f -- "$current"))
}
complete -F _dorm dorm
`;
}

function zsh(commands: readonly CompletableCommand[]): string {
  const escaped = (text: string): string => text.replaceAll(/[[\]:\\]/g, "\\$&");
  const names = commands.map(({ name, summary }) => `    ${quote(`${name}:${escaped(summary)}`)}`);
  const cases = commands.map(({ name, options }) => {
    const specs = options.map(({ flag, summary, choices }) => {
      const values = choices.length > 0 ? `:value:(${choices.join(" ")})` : "";
      return quote(`${flag}[${escaped(summary)}]${values}`);
    });
    return `    ${name}) _arguments ${specs.join(" ")} '*:argument:_files' ;;`;
  });
  return `#compdef dorm
# zsh completion of dorm: eval "$(dorm completion zsh)"
_dorm() {
  local -a commands=(
${names.join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join("\n")}
  esac
}
compdef _dorm dorm
`;
}

function fish(commands: readonly CompletableCommand[]): string {
  const lines = commands.flatMap(({ name, summary, options }) => [
    `complete -c dorm -n __fish_use_subcommand -f -a ${name} -d ${quote(summary)}`,
    ...options.map(({ flag, summary: meaning, choices }) => {
      const values = choices.length > 0 ? ` -x -a ${quote(choices.join(" "))}` : "";
      return `complete -c dorm -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)} -d ${quote(meaning)}${values}`;
    }),
  ]);
  return `# fish completion of dorm: dorm completion fish | source\n${lines.join("\n")}\n`;
}

/** The script of each shell, from the commands that there are. */
export const COMPLETION_SCRIPTS: Readonly<Record<"bash" | "zsh" | "fish", (commands: readonly CompletableCommand[]) => string>> = {
  bash,
  zsh,
  fish,
};
