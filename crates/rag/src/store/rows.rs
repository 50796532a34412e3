//! Chunks as Arrow rows and back.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Int32Type};
use arrow_array::{Array, ArrayRef, FixedSizeListArray, Float32Array, Int32Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};

use super::{StoreError, Stored};
use crate::analyse::search_text;
use crate::chunk::Chunk;
use crate::snapshot::indexed_text;

pub(super) const ORDEM: &str = "ordem";
pub(super) const VETOR: &str = "vetor";
/// Column that LanceDB adds to a vector search; 0..2 for cosine.
pub(super) const DISTANCE: &str = "_distance";
/// `ordem` of the one row of a knowledge without chunks; it carries the version.
const EMPTY_MARK: i32 = -1;

/// One batch with all rows. Version and model are on every row, so that they change in the same commit as the rows.
pub(super) fn batch(
    versao: i32,
    chunks: &[Chunk],
    vectors: Option<&[Vec<f32>]>,
    model: &str,
) -> Result<RecordBatch, StoreError> {
    let vectors = vectors.filter(|v| !v.is_empty());
    let mark = [Chunk { ordem: EMPTY_MARK, titulo: None, texto: String::new() }];
    if let Some(vectors) = vectors {
        check(chunks, vectors)?;
    }
    let rows = if chunks.is_empty() { &mark } else { chunks };
    let n = rows.len();
    let model = if vectors.is_some() { model } else { "" };
    let text = |values: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let mut columns: Vec<(Field, ArrayRef)> = vec![
        (
            Field::new(ORDEM, DataType::Int32, false),
            Arc::new(Int32Array::from_iter_values(rows.iter().map(|c| c.ordem))),
        ),
        (
            Field::new("titulo", DataType::Utf8, true),
            Arc::new(rows.iter().map(|c| c.titulo.as_deref()).collect::<StringArray>()),
        ),
        (Field::new("texto", DataType::Utf8, false), text(rows.iter().map(|c| c.texto.clone()).collect())),
        (
            Field::new("search_text", DataType::Utf8, false),
            text(rows.iter().map(|c| search_text(&indexed_text(c))).collect()),
        ),
        (Field::new("versao", DataType::Int32, false), Arc::new(Int32Array::from(vec![versao; n]))),
        (Field::new("modelo", DataType::Utf8, false), text(vec![model.to_owned(); n])),
    ];
    if let Some(vectors) = vectors {
        let width = vectors.first().map_or(0, Vec::len);
        let width = i32::try_from(width).map_err(|_| StoreError::Vectors("too wide".into()))?;
        let item = Arc::new(Field::new("item", DataType::Float32, true));
        let values = Float32Array::from_iter_values(vectors.iter().flatten().copied());
        let list = FixedSizeListArray::try_new(Arc::clone(&item), width, Arc::new(values), None)?;
        columns.push((Field::new(VETOR, DataType::FixedSizeList(item, width), true), Arc::new(list)));
    }
    let (fields, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays)?)
}

fn check(chunks: &[Chunk], vectors: &[Vec<f32>]) -> Result<(), StoreError> {
    let width = vectors.first().map_or(0, Vec::len);
    let wrong = |why: String| Err(StoreError::Vectors(why));
    if vectors.len() != chunks.len() {
        return wrong(format!("{} vectors for {} chunks", vectors.len(), chunks.len()));
    }
    if width == 0 || vectors.iter().any(|v| v.len() != width) {
        return wrong(format!("not all of width {width}"));
    }
    if vectors.iter().flatten().any(|x| !x.is_finite()) {
        return wrong("not finite".into());
    }
    Ok(())
}

/// Width of the vectors in a table; 0 if it has none.
pub(super) fn width(schema: &Schema) -> usize {
    match schema.field_with_name(VETOR).map(Field::data_type) {
        Ok(DataType::FixedSizeList(_, width)) => usize::try_from(*width).unwrap_or_default(),
        _ => 0,
    }
}

/// A row as read, before sorting.
struct Row {
    chunk: Chunk,
    vector: Option<Vec<f32>>,
}

/// All rows of a table.
pub(super) fn read(batches: &[RecordBatch]) -> Result<Stored, StoreError> {
    let (mut versao, mut model) = (0, String::new());
    let mut rows = Vec::new();
    for batch in batches {
        let ordem = column(batch, ORDEM)?.as_primitive_opt::<Int32Type>().ok_or_else(|| odd(ORDEM))?;
        let versions = column(batch, "versao")?.as_primitive_opt::<Int32Type>().ok_or_else(|| odd("versao"))?;
        let titulo = strings(batch, "titulo")?;
        let texto = strings(batch, "texto")?;
        let modelo = strings(batch, "modelo")?;
        let vetor = batch.column_by_name(VETOR).and_then(|c| c.as_fixed_size_list_opt());
        for i in 0..batch.num_rows() {
            versao = versions.value(i);
            modelo.value(i).clone_into(&mut model);
            if ordem.value(i) == EMPTY_MARK {
                continue;
            }
            let vector = vetor.and_then(|v| Some(v.value(i).as_primitive_opt::<Float32Type>()?.values().to_vec()));
            let chunk = Chunk {
                ordem: ordem.value(i),
                titulo: titulo.is_valid(i).then(|| titulo.value(i).to_owned()),
                texto: texto.value(i).to_owned(),
            };
            rows.push(Row { chunk, vector });
        }
    }
    rows.sort_by_key(|r| r.chunk.ordem);
    let (chunks, vectors): (Vec<_>, Vec<_>) = rows.into_iter().map(|r| (r.chunk, r.vector)).unzip();
    let vectors: Option<Vec<Vec<f32>>> = vectors.into_iter().collect();
    Ok(Stored { versao, model, chunks, vectors: vectors.filter(|v| !v.is_empty()) })
}

/// (`ordem`, cosine similarity) of a vector search, best first.
pub(super) fn read_distances(batches: &[RecordBatch]) -> Result<Vec<(i32, f32)>, StoreError> {
    let mut out = Vec::new();
    for batch in batches {
        let ordem = column(batch, ORDEM)?.as_primitive_opt::<Int32Type>().ok_or_else(|| odd(ORDEM))?;
        let distance = column(batch, DISTANCE)?.as_primitive_opt::<Float32Type>().ok_or_else(|| odd(DISTANCE))?;
        for (&o, &d) in ordem.values().iter().zip(distance.values()) {
            out.push((o, (1.0 - d).clamp(-1.0, 1.0)));
        }
    }
    out.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(out)
}

fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef, StoreError> {
    batch.column_by_name(name).ok_or_else(|| odd(name))
}

fn strings<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a StringArray, StoreError> {
    column(batch, name)?.as_string_opt().ok_or_else(|| odd(name))
}

fn odd(column: &str) -> StoreError {
    StoreError::Arrow(arrow_schema::ArrowError::SchemaError(format!("column {column} is missing or of another type")))
}
