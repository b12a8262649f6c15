import { ProtoWriter } from './protobuf.ts';

/** ONNX's numbers for element types (onnx.proto, TensorProto.DataType). */
export const ELEMENT_TYPE = { float32: 1, int32: 6, int64: 7, bool: 9, uint32: 12, uint64: 13 } as const;
export type ElementType = keyof typeof ELEMENT_TYPE;

/**
 * The format's version 8 and operator set 18: the oldest with BitwiseXor and with reductions' axes as an input. BitCast
 * came with set 26, for which ONNX Runtime has fewer fusions, so that it is asked for only where it is used.
 */
const IR_VERSION = 8;
const OPSET = 18;
const OPSET_WITH_BITCAST = 26;

export interface OnnxTensor {
  name: string;
  type: ElementType;
  dims: readonly number[];
  /** Little-endian elements; bool takes a byte each. */
  bytes: Uint8Array;
}

export type OnnxAttribute =
  | { int: number }
  | { ints: readonly number[] }
  | { float: number }
  | { string: string }
  | { graph: OnnxGraph };

export interface OnnxNode {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxValue {
  name: string;
  type: ElementType;
  dims: readonly number[];
}

export interface OnnxGraph {
  name: string;
  nodes: readonly OnnxNode[];
  initializers: readonly OnnxTensor[];
  inputs: readonly OnnxValue[];
  outputs: readonly OnnxValue[];
}

/** The bytes of a `.onnx` file (onnx.proto, ModelProto). The field numbers below are the format's. */
export function encodeModel(graph: OnnxGraph, { withBitcast = false } = {}): Uint8Array {
  const writer = new ProtoWriter();
  writer.int(1, IR_VERSION);
  writer.string(2, 'broadsheet');
  writer.message(7, (inner) => writeGraph(inner, graph));
  writer.message(8, (opset) => {
    opset.string(1, '');
    opset.int(2, withBitcast ? OPSET_WITH_BITCAST : OPSET);
  });
  return writer.finish();
}

function writeGraph(writer: ProtoWriter, graph: OnnxGraph): void {
  for (const node of graph.nodes) writer.message(1, (inner) => writeNode(inner, node));
  writer.string(2, graph.name);
  for (const tensor of graph.initializers) {
    writer.message(5, (inner) => {
      for (const dim of tensor.dims) inner.int(1, dim);
      inner.int(2, ELEMENT_TYPE[tensor.type]);
      inner.string(8, tensor.name);
      inner.bytes(9, tensor.bytes);
    });
  }
  for (const value of graph.inputs) writer.message(11, (inner) => writeValue(inner, value));
  for (const value of graph.outputs) writer.message(12, (inner) => writeValue(inner, value));
}

function writeNode(writer: ProtoWriter, node: OnnxNode): void {
  for (const input of node.inputs) writer.string(1, input);
  for (const output of node.outputs) writer.string(2, output);
  writer.string(4, node.op);
  for (const [name, attribute] of Object.entries(node.attributes)) {
    writer.message(5, (inner) => {
      inner.string(1, name);
      writeAttribute(inner, attribute);
    });
  }
}

function writeAttribute(writer: ProtoWriter, attribute: OnnxAttribute): void {
  if ('float' in attribute) {
    writer.float(2, attribute.float);
    writer.int(20, 1);
  } else if ('int' in attribute) {
    writer.int(3, attribute.int);
    writer.int(20, 2);
  } else if ('string' in attribute) {
    writer.string(4, attribute.string);
    writer.int(20, 3);
  } else if ('graph' in attribute) {
    writer.message(6, (inner) => writeGraph(inner, attribute.graph));
    writer.int(20, 5);
  } else {
    for (const value of attribute.ints) writer.int(8, value);
    writer.int(20, 7);
  }
}

function writeValue(writer: ProtoWriter, value: OnnxValue): void {
  writer.string(1, value.name);
  writer.message(2, (type) =>
    type.message(1, (tensor) => {
      tensor.int(1, ELEMENT_TYPE[value.type]);
      tensor.message(2, (shape) => {
        for (const dim of value.dims) shape.message(1, (d) => d.int(1, dim));
      });
    }),
  );
}
