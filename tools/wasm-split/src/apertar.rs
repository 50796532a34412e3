//! Makes a finished piece smaller for brotli: functions with the same body become one, and the rest is ordered by name, so
//! that what the compiler made of one generic function lies together. Names and other notes for people go.

use std::collections::HashMap;

use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, Encode as _, FunctionSection, Module};
use wasmparser::{
    CodeSectionReader, CustomSectionReader, FunctionBody, FunctionSectionReader, KnownCustom, Name, Parser, Payload,
};

type Erro = Error<std::convert::Infallible>;

/// Finding equal functions makes others equal; what is left after so many rounds is not worth one more.
const RODADAS: usize = 8;

#[derive(Default)]
struct Ordem {
    /// The new number of every function, imported ones first.
    novo: Vec<u32>,
    /// Which of the defined functions stay, in their new order.
    ficam: Vec<usize>,
}

impl Reencode for Ordem {
    type Error = std::convert::Infallible;

    fn function_index(&mut self, func: u32) -> Result<u32, Erro> {
        Ok(self.novo.get(func as usize).copied().unwrap_or(func))
    }

    fn parse_function_section(
        &mut self,
        out: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Erro> {
        let types = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for n in &self.ficam {
            out.function(types[*n]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, out: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Erro> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for n in self.ficam.clone() {
            self.parse_function_body(out, bodies[n].clone())?;
        }
        Ok(())
    }

    fn parse_custom_section(&mut self, _: &mut Module, _: CustomSectionReader<'_>) -> Result<(), Erro> {
        Ok(())
    }
}

impl Ordem {
    /// A body as it would be written now.
    fn body(&mut self, body: &FunctionBody<'_>) -> Result<Vec<u8>, Erro> {
        let mut function = utils::new_function_with_parsed_locals(self, body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            function.instruction(&self.parse_instruction(&mut reader)?);
        }
        let mut bytes = Vec::new();
        function.encode(&mut bytes);
        Ok(bytes)
    }
}

/// The same program, tighter.
pub fn apertar(wasm: &[u8]) -> Result<Vec<u8>, Erro> {
    let (mut imported, mut types, mut bodies, mut names) = (0, Vec::new(), Vec::new(), HashMap::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += usize::from(matches!(import?.ty, wasmparser::TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(section) => types = section.into_iter().collect::<Result<Vec<_>, _>>()?,
            Payload::CodeSectionEntry(body) => bodies.push(body),
            Payload::CustomSection(section) => {
                if let KnownCustom::Name(section) = section.as_known() {
                    for part in section.into_iter().flatten() {
                        if let Name::Function(map) = part {
                            names.extend(map.into_iter().flatten().map(|name| (name.index as usize, name.name)));
                        }
                    }
                }
            }
            _ => {}
        }
    }

    let mut by_name: Vec<usize> = (0..bodies.len()).collect();
    by_name.sort_by_key(|n| (names.get(&(imported + n)).copied().unwrap_or_default(), *n));

    // Who stands for whom; at first each for itself.
    let mut ordem = Ordem { novo: (0..(imported + bodies.len()) as u32).collect(), ficam: Vec::new() };
    for _ in 0..RODADAS {
        let mut first: HashMap<(u32, Vec<u8>), u32> = HashMap::new();
        let mut found = ordem.novo.clone();
        for n in &by_name {
            let body = ordem.body(&bodies[*n])?;
            found[imported + n] = *first.entry((types[*n], body)).or_insert((imported + n) as u32);
        }
        if found == ordem.novo {
            break;
        }
        ordem.novo = found;
    }

    let stands = std::mem::take(&mut ordem.novo);
    ordem.ficam = by_name.into_iter().filter(|n| stands[imported + n] as usize == imported + n).collect();
    let mut place = vec![0; stands.len()];
    for (n, place) in place.iter_mut().enumerate().take(imported) {
        *place = n as u32;
    }
    for (at, n) in ordem.ficam.iter().enumerate() {
        place[imported + n] = (imported + at) as u32;
    }
    ordem.novo = stands.iter().map(|n| place[*n as usize]).collect();

    let mut module = Module::new();
    ordem.parse_core_module(&mut module, Parser::new(0), wasm)?;
    Ok(module.finish())
}
