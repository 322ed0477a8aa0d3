# SPDX-License-Identifier: LGPL-2.1-or-later
# Completion of the ruralalliance command for bash.

_ruralalliance ()
{
  local word previous verb i
  COMPREPLY=()
  word=${COMP_WORDS[COMP_CWORD]}
  previous=${COMP_WORDS[COMP_CWORD - 1]}

  verb=
  for ((i = 1; i < COMP_CWORD; i++)); do
    case ${COMP_WORDS[i]} in
      -*) ;;
      *) verb=${COMP_WORDS[i]}; break ;;
    esac
  done

  if [ -z "$verb" ]; then
    mapfile -t COMPREPLY < <(compgen -W "report check measure estimate explain convert import export validate
      schema erase exports merge enroll send conflicts clear --version --help" -- "$word")
    return
  fi

  case $previous in
    --format)
      local formats=
      case $verb in
        report) formats="text markdown html pdf json" ;;
        check) formats="text json" ;;
        clear) formats="text json html" ;;
        measure) formats="table csv json" ;;
        estimate) formats="json" ;;
        merge|conflicts) formats="text json" ;;
        schema) formats="markdown" ;;
      esac
      mapfile -t COMPREPLY < <(compgen -W "$formats" -- "$word")
      return ;;
    --data)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -d -- "$word")
      return ;;
    --by|--where|--set|--min-count|--language|--limits|--choose|--note|--author|--cycle|--date)
      return ;;
  esac

  case $word in
    -*)
      local options="--help"
      case $verb in
        report) options+=" --limits --format --language --output --force --public --min-count" ;;
        check) options+=" --limits --public --min-count --format --language" ;;
        clear) options+=" --limits --policy --cycle --date --write --delivered --statements --format --language --force" ;;
        explain) options+=" --limits --public --min-count --language" ;;
        convert) options+=" --limits --stranger --force --pseudonyms --kind --keep-notes --purpose --on" ;;
        export) options+=" --limits --output --force --mark --semicolons --audit --purpose" ;;
        import) options+=" --limits --mapping --output --force" ;;
        conflicts) options+=" --limits --choose --note --author --format" ;;
        merge) options+=" --limits --base --output --force --format" ;;
        enroll) options+=" --limits --output --only --force" ;;
        send) options+=" --limits --to --after --force" ;;
        schema) options+=" --format" ;;
        validate) options+=" --limits --stranger" ;;
        measure) options+=" --limits --by --where --set --list --public --min-count --format --language" ;;
        erase) options+=" --limits --reason --on --author" ;;
        exports) options+=" --limits" ;;
        estimate) options+=" --data --format" ;;
      esac
      mapfile -t COMPREPLY < <(compgen -W "$options" -- "$word") ;;
    *)
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
  esac
}

complete -F _ruralalliance ruralalliance
